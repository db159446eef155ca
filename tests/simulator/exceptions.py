"""Where `validate` and kubectl apply part company, each with a text that shows it.

docs/simulator.md lists the same names; tests/docs/test_docs.py ties the two.
"""

import json
from dataclasses import dataclass

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: p\n"
SPEC = "spec:\n  podSelector: {}\n"
POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "p", "annotations": {"a": "x"}},
    "spec": {"podSelector": {}},
}


@dataclass(frozen=True, slots=True)
class Example:
    """A text, what we say first of it (nothing where we take it), and recorded cases like it."""

    text: str
    words: str = ""
    recorded: tuple[str, ...] = ()


def annotated(value: str) -> str:
    return f"{HEAD}  annotations: {{a: {value}}}\n{SPEC}"


def nested(depth: int) -> str:
    fields = "{operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: "
    return f"{HEAD}  managedFields: [{fields}{'{a: ' * depth}{{}}{'}' * depth}}}]\n{SPEC}"


def expanded() -> str:
    values = ", ".join(f"v{n}" for n in range(300))
    first = f"    - {{key: a, operator: In, values: &v [{values}]}}\n"
    rest = "    - {key: a, operator: In, values: *v}\n" * 90
    return f"{HEAD}spec:\n  podSelector:\n    matchExpressions:\n{first}{rest}"


#: kubectl takes them, we refuse them.
STRICTER = {
    "tags": Example(annotated("!x b"), "the tag !x", ("syn-custom-tag", "scalar-binary-tag")),
    "nesting": Example(nested(40), "the text has more than 32 levels of nesting"),
    "expansion": Example(expanded(), "the text has more than 20,000 values"),
    "counts": Example("---\n".join([HEAD + SPEC] * 60), "the text has more than 50 documents"),
    "hidden characters": Example(annotated("'x\u2028y'"), "control characters are not allowed"),
    "NUL": Example(annotated('"x\\0y"'), "control characters are not allowed: U+0000"),
    "half a pair": Example(
        json.dumps(POLICY).replace('"x"', '"\\ud83d"'), "found invalid Unicode character"
    ),
    "keys without values": Example(f"{HEAD}  annotations: {{b:}}\n{SPEC}", "found unexpected ':'"),
    "a colon on the next line": Example(
        json.dumps(POLICY).replace('"name": ', '"name"\n: '), "did not find expected ',' or '}'"
    ),
    "infinity": Example(
        f"{HEAD}  annotations:\n    a: .inf\n    a: b\n{SPEC}", "json: unsupported value: +Inf"
    ),
    "a single exclamation mark": Example(annotated("! 12"), "cannot unmarshal number"),
    "items in a policy": Example(f"{HEAD}items: []\n{SPEC}", 'unknown field "items"'),
    "other kinds": Example("apiVersion: v1\nkind: Service\n", "Service is no NetworkPolicy"),
}
#: The API server refuses them, we take them.
LOOSER = {
    "resourceVersion": Example(f'{HEAD}  resourceVersion: "7"\n{SPEC}'),
    "huge numbers in JSON": Example(json.dumps(POLICY).replace('"x"', "1e400")),
    "owners and managers": Example(f"{HEAD}  ownerReferences: [{{}}]\n{SPEC}"),
}
#: Refused by both, in other words.
OTHER_WORDS = {
    "broken JSON": Example('{"a": 1', "yaml: line 1", ("syn-json-unclosed",)),
    "tags that kubectl refuses": Example(
        annotated("!!python/tuple [b]"), "the tag !!python/tuple", ("scalar-python-tag",)
    ),
    "deep nesting": Example("[" * 20_000, "levels of nesting", ("syn-deep-nesting",)),
    "NUL in names and labels": Example(
        f"{HEAD}{SPEC}".replace("{}", '{matchLabels: {a: "\\0"}}'),
        "control characters are not allowed: U+0000",
        ("scalar-nul-escape",),
    ),
    "long words": Example(
        HEAD.replace("name: p", f"name: {'a' * 254}") + SPEC, "…", ("env-name-254",)
    ),
    "members of Lists": Example(
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [{**POLICY, "foo": 1}]}),
        'strict decoding error: unknown field "foo"',
    ),
}
