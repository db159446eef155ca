"""The quick reader and the careful one give equal nodes, or the quick one steps aside."""

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.chunks import clean
from simulator.compose import compose
from simulator.limits import COMMAND_LINE, SUBMISSION, Limits, Refusal
from simulator.nodes import Entry, Mapping, Node, Scalar
from simulator.source import build, read
from tests.simulator import worlds
from tests.simulator.test_never_raises import mutate, small_files


def plain_form(node: Node | Entry) -> object:
    """All that a node says, as values that compare."""
    if isinstance(node, Scalar):
        return ("scalar", type(node.value), node.value, node.text, node.plain, node.mark)
    if isinstance(node, Entry):
        return (node.key, node.mark, plain_form(node.value))
    kind, inner = ("map", node.entries) if isinstance(node, Mapping) else ("list", node.items)
    return (kind, node.mark, [plain_form(child) for child in inner])


def assert_alike(text: str | bytes, limits: Limits) -> bool:
    """Hold both readers against each other; returns whether the quick one took the text."""
    try:
        cleaned = clean(text, limits)
    except Refusal:
        return False
    quick = compose(cleaned, limits)
    if quick is None:
        return False
    careful = build(cleaned, limits)
    assert careful.problems == ()
    assert [plain_form(n) for n in quick] == [plain_form(n) for n in careful.documents]
    return True


# ── what is plain ──


PLAIN = [
    worlds.DB_POLICY,
    "---\n---\na: 1\n--- # next\n\n# nothing\n---\nb: [x, {c: z}]\n",
    "a: |\n  text\n  more\nb: >-\n  folded\n  text\nc: 'it''s'\nd: \"q\\n\"\n",
    '{"a":\t[1, {"b": null}]}\n',
    "items:\n- a: y\n  b: 0o17\n- a: 12:30\n  b: 1e3\n- {}\n",
    "k: '*.example.com'\nschedule: '*/5 * * * *'\nx: {f:a: {}}\n",
    "",
    "# nothing\n",
    "~\n",
    "--- \n'80'\n",
]


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("limits", [SUBMISSION, COMMAND_LINE])
def test_a_plain_text_goes_the_quick_way(text: str, limits: Limits) -> None:
    assert assert_alike(text, limits)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n", "a: !!str 1\n", "<<: {a: 1}\n", "a: 1\na: 2\n", "1: a\n", "on: a\n",
        '"<<": {a: 1}\n', "? [a]\n: b\n", "? {}\n: b\n", "a: .inf\n", 'a: "\\0"\n', "a: 1\n...\n",
        "a: 1\n----\n", "a: [\n", '{"a": 1}\n{"b": 2}\n', '{"a": 1} # }\n', "a: 1\n\tb: 2\n",
        "[" * 33 + "]" * 33, "- " * 33 + "x", "a: " + "9" * 33, "a: " + "x" * 8_193,
        "[" + "x, " * 20_000 + "]", "---\na: 1\n" * 51, "%YAML 1.1\n---\na: 1\n",
    ],
)  # fmt: skip
def test_whatever_else_is_for_the_careful_reader(text: str) -> None:
    assert compose(text, SUBMISSION) is None


@pytest.mark.parametrize("text", ["[" * 1_000_000, "? " * 100_000, "{a: " * 30_000, "- " * 400])
def test_depth_never_reaches_the_compose_step(text: str) -> None:
    assert compose(text, COMMAND_LINE) is None


# ── what is alike ──


def test_every_file_of_the_corpus_is_read_alike(shared: Path) -> None:
    files = sorted((shared / "bad-input").glob("*.yaml"))
    taken = [
        assert_alike(path.read_bytes(), limits)
        for path in files
        for limits in (SUBMISSION, COMMAND_LINE)
    ]
    assert sum(taken) > 200


@pytest.mark.parametrize("seed", range(4))
def test_mutated_files_are_read_alike(shared: Path, seed: int) -> None:
    dice = random.Random(seed)
    corpus = small_files(shared)
    taken = 0
    for _ in range(400):
        text = bytearray(dice.choice(corpus))
        for _ in range(dice.randint(1, 3)):
            mutate(text, dice, corpus)
        taken += assert_alike(bytes(text), dice.choice([SUBMISSION, COMMAND_LINE]))
    assert taken > 40


# Pieces of YAML that meet in all orders: indicators, blanks, words that have types.
PIECES = [
    "a", "b", "y", "1", "0x1f", "<<", "~", "null", ".inf", "1e3", "x y", "-", "- ", "--- ", "\n---\n",
    ": ", ":", "? ", "{", "}", "[", "]", ", ", ",", "'", '"', "''", "|", "|-\n", ">\n", "&a ", "*a",
    "!", "!!str ", "# c", "\n", "\n", "\n ", "\n  ", "\n- ", "\n  - ", "\n...\n", "%", "\\", "\\x00",
    "\\u0041", "\t", "é", "\u00a0", "{}", "[]", '{"a": 1}', "a: 1\n", "- a: b\n", "@", "`", " #",
]  # fmt: skip


@settings(max_examples=1_500)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_pieces_are_read_alike(text: str) -> None:
    assert_alike(text, COMMAND_LINE)
    assert_alike(text, SUBMISSION)


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="ascii"), max_size=12), st.sampled_from(["y", "012", "a: b", ""]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abcy1", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(values, max_size=3), st.booleans(), st.sampled_from([20, 1_000]))
def test_any_value_is_read_alike_however_it_is_written(
    documents: list[object], flow: bool, width: int
) -> None:

    text = yaml.safe_dump_all(documents, default_flow_style=flow, width=width, explicit_start=True)
    assert_alike(text, COMMAND_LINE)


def test_nodes_are_the_same_whenever_they_are_looked_at() -> None:
    root = read(worlds.DB_POLICY).documents[0]
    assert isinstance(root, Mapping)
    before = root.get("spec")
    assert before is not None
    assert plain_form(before) == plain_form(
        next(entry.value for entry in root.entries if entry.key == "spec")
    )
    assert plain_form(root) == plain_form(root)
    assert root.get("nothing") is None
    assert root.get("spec") is not None
