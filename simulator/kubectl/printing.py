"""Objects as YAML, JSON, names, JSONPath or columns of one's own (cli-runtime's printers)."""

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from simulator.kubectl.jsonpath import Steps, jsonpath, values
from simulator.kubectl.making import Json
from simulator.kubectl.objects import compact, name_of
from simulator.kubectl.resources import Resource
from simulator.kubectl.state import Stop
from simulator.kubectl.tables import NONE, table
from simulator.scalars import resolve
from simulator.words import clip

Found = Sequence[tuple[Resource, Json]]

_DATE = re.compile(r"\d{4}-\d\d?-\d", re.ASCII)
_SIXTIES = re.compile(r"[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?", re.ASCII)
FORMATS = (
    "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,"
    "jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml"
)
#: The formats that print whole objects.
OBJECT_FORMATS = ("yaml", "json", "name", "jsonpath", "custom-columns")


def check_format(text: str) -> tuple[str, str]:
    """A format and what follows its `=`; raises Stop for one that there is not."""
    name, _, rest = text.partition("=")
    if name in {"", "wide", *OBJECT_FORMATS}:
        return name, rest
    if name in FORMATS.split(","):
        raise Stop(f"error: the output format {name} is not part of this lab\n")
    raise Stop(
        f'error: unable to match a printer suitable for the output format "{clip(text)}", '
        f"allowed formats are: {FORMATS}\n"
    )


def printed(found: Found, form: str, rest: str, *, single: bool) -> str:
    """Objects in a format; `single` prints the one that was asked for by name, not a List."""
    if form == "name":
        return "".join(f"{each.singular}/{name_of(one)}\n" for each, one in found)
    data = found[0][1] if single else _list([one for _, one in found])
    if form == "custom-columns":
        return _own_columns([one for _, one in found], rest)
    if form == "jsonpath":
        return jsonpath(rest, data)
    return as_yaml(data) if form == "yaml" else as_json(data)


def _list(items: Sequence[Json]) -> Json:
    return {
        "apiVersion": "v1",
        "items": [*items],
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }


def as_json(data: Any) -> str:
    """JSON in kubectl's indentation."""
    return json.dumps(data, indent=4, sort_keys=True, ensure_ascii=False) + "\n"


def as_yaml(data: Any) -> str:
    """YAML as sigs.k8s.io/yaml writes it: keys in order, dashes right below their key."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=2**31
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes what kubectl's reader would take for something else; long texts are blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif not text or resolve(text) != text or _looks_like_more(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _looks_like_more(text: str) -> bool:
    """Dates, and numbers to the base of sixty: YAML 1.1 has both."""
    return _DATE.match(text) is not None or _SIXTIES.fullmatch(text) is not None


_Dumper.add_representer(str, _text)


def _own_columns(found: Sequence[Json], spec: str) -> str:
    """`NAME:.metadata.name,…`: what a path does not find is <none>."""
    named = [column.partition(":") for column in spec.split(",")]
    if not spec or any(not title or not path for title, _, path in named):
        raise Stop("error: custom-columns format specified but no custom columns given\n")
    rows, steps = [[title for title, _, _ in named]], Steps()
    rows += [[_cell(values(path, one, steps)) for _, _, path in named] for one in found]
    return table(rows)


def _cell(found: Sequence[Any]) -> str:
    return ",".join(_go(value) for value in found) or NONE


def _go(value: Any) -> str:
    """A value as Go prints it: `[Ingress Egress]`, `map[app:web]`."""
    if isinstance(value, list):
        return "[" + " ".join(map(_go, value)) + "]"
    if isinstance(value, dict):
        return (
            "map[" + " ".join(f"{key}:{_go(below)}" for key, below in sorted(value.items())) + "]"
        )
    return value if isinstance(value, str) else compact(value)
