"""The hostile files with the answer that each must get: the index's, or ours where it leaves two."""

import json
from dataclasses import dataclass
from pathlib import Path

#: What is answered where the index lets both pass: whether it is taken, and words that are said.
SETTLED = {
    "ok_utf16le_bom.yaml": (True, ""),
    "ok_utf16be_bom.yaml": (True, ""),
    "ok_kubectl_get_output.yaml": (False, 'unknown field "status"'),
    "empty_spec.yaml": (True, '"spec" has no value'),
    "merge_into_spec.yaml": (False, 'unknown field "x"'),
    "dup_key_spec.yaml": (True, '"podSelector" is given twice, on lines 7 and 8'),
    "dup_key_ingress.yaml": (True, '"ingress" is given twice, on lines 8 and 9'),
    "dup_key_label.yaml": (True, '"app" is given twice'),
    "dup_key_quoted.yaml": (True, '"app" is given twice'),
    "dup_key_top.yaml": (True, '"spec" is given twice, on lines 6 and 12'),
    "types_dup.yaml": (True, "policyTypes lists Ingress twice"),
    "cidr_leading_zero.yaml": (True, 'non-standard CIDR value "010.0.0.1/8"'),
    "cidr_host_bits.yaml": (True, 'should be "10.0.0.0/8" or "10.0.0.5/32"'),
    "cidr_v4_mapped.yaml": (True, 'use "10.0.0.0/8"'),
    "cidr_prefix_zero_pad.yaml": (True, 'use "10.0.0.0/8"'),
    "cidr_except_dups.yaml": (False, "the text has more than 2,000 lines"),
    "cidr_v6_list_hosts.yaml": (True, "RFC 5952"),
    "cost_values_8k.yaml": (False, "the text has more than 500 values in one expression"),
    "cost_5k_rules.yaml": (False, "the text has more than 200 ingress rules"),
    "cost_rules_x_ports.yaml": (True, ""),
    "cost_rules_x_peers.yaml": (True, ""),
    "cost_annotations.yaml": (False, "the text has more than 8,192 characters in one value"),
}
#: Files that a form, which knows UTF-8 alone, cannot carry: told as such.
NOT_FOR_FORMS = frozenset({"ok_utf16le_bom.yaml", "ok_utf16be_bom.yaml"})
#: Refused for a count alone, so taken where nothing is counted.
ONLY_TOO_MUCH = frozenset(
    {"many_docs_real.yaml", "cost_alias_policies.yaml", "cidr_except_dups.yaml"}
    | {"cost_values_8k.yaml", "cost_5k_rules.yaml", "cost_annotations.yaml"}
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: whether it must be taken, and what must be said of it."""

    name: str
    data: bytes
    taken: bool
    words: str


def hostile_files(shared: Path) -> list[Hostile]:
    """All of them, as the index and the table above label them."""
    folder = shared / "bad-input"
    rows = [json.loads(row) for row in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    undecided = {row["file"] for row in rows if row["must"] == "either"}
    assert undecided == SETTLED.keys()
    found = []
    for row in rows:
        label = (row["must"] == "accept", "")
        taken, words = SETTLED[row["file"]] if row["must"] == "either" else label
        found.append(Hostile(row["file"], (folder / row["file"]).read_bytes(), taken, words))
    return found
