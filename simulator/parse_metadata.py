"""A policy's metadata: its namespace and name, and that the rest has the API's types."""

import re
from datetime import datetime

from simulator import hints, validate
from simulator.decode import At, Decoder, is_null
from simulator.model import Mark
from simulator.nodes import Entry, Mapping
from simulator.parse_selectors import string_map
from simulator.words import quote

DEFAULT_NAMESPACE = "default"
_ALWAYS_THERE = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_MOST_ANNOTATIONS = 256 * 1024  # bytes, keys and values
_TEXTS = ("generateName", "uid", "resourceVersion", "selfLink")
_NUMBERS = ("generation", "deletionGracePeriodSeconds")
_TIMES = ("creationTimestamp", "deletionTimestamp")
_OBJECTS = {"ownerReferences": "OwnerReference", "managedFields": "ManagedFieldsEntry"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def metadata(
    d: Decoder, top: dict[str, Entry], mark: Mark, *, namespaces: frozenset[str] | None
) -> tuple[str, str, Mark]:
    """Namespace, name and the name's place; a policy without a namespace goes to `default`."""
    at = At("metadata", "NetworkPolicy", "v1.ObjectMeta")
    entry = top.get("metadata")
    fields = d.fields(entry.value if entry else None, at, validate.METADATA_FIELDS)
    place = entry.mark if entry else mark
    name = _name(d, fields, at, place)
    namespace = _namespace(d, fields.get("namespace"), at, place, namespaces)
    string_map(d, fields.get("labels"), at, "labels", "ObjectMeta")
    _annotations(d, fields.get("annotations"), at)
    _check_server_fields(d, fields, at)
    return namespace, name, fields["name"].value.mark if "name" in fields else mark


def _name(d: Decoder, fields: dict[str, Entry], at: At, mark: Mark) -> str:
    entry = fields.get("name")
    here = at.key("name", "ObjectMeta", "string")
    name = d.text(entry.value, here) if entry else ""
    if name is None:
        return ""
    place = entry.value.mark if entry else mark
    if name == "" and "generateName" in fields:
        hint = "kubectl apply needs a fixed name: use metadata.name."
        d.error("cannot use generate name with apply", here.path, place, hint)
    elif name == "":
        d.error("resource name may not be empty", here.path, place, "Set metadata.name.")
    elif texts := validate.path_segment(name):
        d.error(texts[0], here.path, place, hints.for_name(name))
    else:
        d.complain(validate.policy_name(name), here.path, place, hints.for_name(name))
    return name


def _namespace(
    d: Decoder, entry: Entry | None, at: At, mark: Mark, namespaces: frozenset[str] | None
) -> str:
    here = at.key("namespace", "ObjectMeta", "string")
    name = d.text(entry.value, here) if entry else None
    if not name or entry is None:
        if namespaces is not None and DEFAULT_NAMESPACE not in namespaces:
            message = "metadata.namespace is missing: the policy goes to the namespace default"
            hint = "This cluster has no pods there. Name the namespace of the pods to protect."
            d.warn(message, here.path, mark, hint)
        return DEFAULT_NAMESPACE
    place = entry.value.mark
    if namespaces is None:
        d.complain(validate.namespace_name(name), here.path, place)
    elif name not in namespaces | _ALWAYS_THERE:
        hint = hints.for_namespace(name, namespaces)
        d.error(f"namespaces {quote(name)} not found", here.path, place, hint)
    return name


def _annotations(d: Decoder, entry: Entry | None, at: At) -> None:
    pairs = string_map(d, entry, at, "annotations", "ObjectMeta")
    size = sum(len(key.encode()) + len(value.encode()) for key, value, _ in pairs)
    if entry is not None and size > _MOST_ANNOTATIONS:
        path = "metadata.annotations"
        message = f"{path}: Too long: may not be more than {_MOST_ANNOTATIONS} bytes"
        d.error(message, path, entry.mark)


# ── what the API server writes itself: its types count all the same ──


def _check_server_fields(d: Decoder, fields: dict[str, Entry], at: At) -> None:
    if fields.keys() <= {"name", "namespace", "labels", "annotations"}:
        return
    for key in _TEXTS:
        if key in fields:
            d.text(fields[key].value, at.key(key, "ObjectMeta", "string"))
    for key in _NUMBERS:
        if key in fields:
            _check_number(d, fields[key], at.key(key, "ObjectMeta", "int64"))
    for key in _TIMES:
        if key in fields:
            _check_time(d, fields[key], at.key(key, "ObjectMeta", "v1.Time"))
    _check_lists(d, fields, at)


def _check_number(d: Decoder, entry: Entry, at: At) -> None:
    number = d.integer(entry.value, at, bits=64)
    if number is not None and number < 0:
        message = f"{at.path}: Invalid value: {number}: must be greater than or equal to 0"
        d.error(message, at.path, entry.value.mark)


def _check_time(d: Decoder, entry: Entry, at: At) -> None:
    text = d.text(entry.value, at)
    if text is not None and not _is_time(text):
        message = f'parsing time {quote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse'
        hint = "The API server sets it: delete the line."
        d.error(message, at.path, entry.value.mark, hint)


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _check_lists(d: Decoder, fields: dict[str, Entry], at: At) -> None:
    if entry := fields.get("finalizers"):
        here = at.key("finalizers", "ObjectMeta", "[]string")
        for index, item in enumerate(d.items(entry.value, here)):
            text = d.text(item, here.item(index, "string"))
            if text is not None:
                d.complain(validate.label_key(text), here.path, item.mark)
    for key, struct in _OBJECTS.items():
        if entry := fields.get(key):
            here = at.key(key, "ObjectMeta", f"[]v1.{struct}")
            for index, item in enumerate(d.items(entry.value, here)):
                if not isinstance(item, Mapping) and not is_null(item):
                    d.json_error(item, here.item(index, f"v1.{struct}"))
