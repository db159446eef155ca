"""The guard and the reader: limits, documents, repeated keys, merges, positions."""

import pytest

from simulator.limits import COMMAND_LINE, SUBMISSION, Limits
from simulator.model import Mark, Severity
from simulator.nodes import Mapping, Scalar, Sequence
from simulator.source import read


def value_of(text: str, *path: str | int) -> object:
    node = read(text).documents[0]
    for step in path:
        if isinstance(step, str):
            assert isinstance(node, Mapping)
            found = node.get(step)
            assert found is not None
            node = found
        else:
            assert isinstance(node, Sequence)
            node = node.items[step]
    assert isinstance(node, Scalar)
    return node.value


def refusal(text: str | bytes, limits: Limits = SUBMISSION) -> tuple[str, Mark | None, str]:
    source = read(text, limits)
    errors = [p for p in source.problems if p.severity is Severity.ERROR]
    assert source.documents == ()
    assert len(errors) == 1
    return errors[0].message, errors[0].mark, errors[0].limit


# ── documents ──


def test_documents_are_split_at_separators_and_empty_ones_are_skipped() -> None:
    source = read("---\n---\na: 1\n--- # next\n\n# nothing\n---\nb: 2\n")
    assert [document.mark.line for document in source.documents] == [3, 8]


def test_a_separator_with_words_is_refused() -> None:
    assert refusal("a: 1\n----\nb: 2\n")[:2] == (
        "invalid Yaml document separator: -",
        Mark(2, 4),
    )


def test_text_after_the_end_of_a_document_is_ignored_with_a_warning() -> None:
    source = read("a: 1\n...\nb: 2\n")
    assert len(source.documents) == 1
    assert [(p.severity, p.mark) for p in source.problems] == [(Severity.WARNING, Mark(3, 1))]


def test_json_objects_may_follow_one_another() -> None:
    source = read('{"a":\t1}\n  {"b": {"c": 2}}\n')
    assert [document.mark for document in source.documents] == [Mark(1, 1), Mark(2, 3)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ('{"a":1} {"b": 2, "c"}', [Mark(1, 1), Mark(1, 9)]),
        ('{"a":1}\n\n  b: 2\n  c: 3\n', [Mark(1, 1), Mark(3, 3)]),
        ('{"a":1}---\nb: 1\n', [Mark(1, 1), Mark(2, 1)]),
        ('{"a":\n1}\n---\nb: 1\n', [Mark(1, 1), Mark(4, 1)]),
    ],
)
def test_after_one_json_object_the_rest_may_be_yaml(text: str, marks: list[Mark]) -> None:
    assert [document.mark for document in read(text).documents] == marks


def test_after_two_json_objects_the_rest_must_be_json() -> None:
    message, mark, _ = refusal('{"a":1}{"b":2}\n---\nc: 1\n')
    assert message.startswith("json: invalid character")
    assert mark == Mark(2, 1)


def test_a_pair_of_escapes_is_one_character_in_json() -> None:
    text = '{"a": "\\ud83d\\ude00", "b": "\\\\ud83d\\\\ude00", "c": 1}'
    assert value_of(text, "a") == "\U0001f600"
    assert value_of(text, "b") == "\\ud83d\\ude00"
    node = read(text).documents[0]
    assert isinstance(node, Mapping)
    assert [entry.mark.column for entry in node.entries] == [
        text.index(f'"{key}"') + 1 for key in "abc"
    ]


@pytest.mark.parametrize("text", ["a: >\n x\n y", "a: >\n x\n y\n", "a: >\n x\n y\n---\nb: 1"])
def test_a_block_of_text_ends_in_a_newline_wherever_it_stands(text: str) -> None:
    assert value_of(text, "a") == "x y\n"


def test_a_byte_order_mark_and_any_newline_are_fine() -> None:
    assert value_of("\ufeffa: 1\r\nb: 2\rc: 3", "c") == 3


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_bytes_are_decoded_by_their_byte_order_mark(codec: str) -> None:
    data = "a: \u00e4\n---\nb: 2\n".encode(codec)
    assert [document.mark.line for document in read(data).documents] == [1, 3]
    assert not read(b"\xfe\xff" + "a: 1".encode("utf-16-be")).problems


# ── keys ──


def test_the_last_of_repeated_keys_wins_and_both_lines_are_named() -> None:
    source = read("a: 1\nb: 2\na: 3\n")
    assert value_of("a: 1\nb: 2\na: 3\n", "a") == 3
    assert source.problems[0].message == (
        '"a" is given twice, on lines 1 and 3; kubectl keeps the last one and says nothing'
    )
    assert source.problems[0].mark == Mark(3, 1)


def test_keys_become_text_as_in_json() -> None:
    node = read("on: a\n1: b\n1.5: c\n").documents[0]
    assert isinstance(node, Mapping)
    assert [entry.key for entry in node.entries] == ["true", "1", "1.5"]


@pytest.mark.parametrize("text", ["? [a]\n: b\n", "~: a\n", "? {a: b}\n: c\n"])
def test_a_key_that_is_no_plain_value_is_refused(text: str) -> None:
    assert "map key" in refusal(text)[0]


def test_merge_keys_bring_entries_in_and_later_keys_win() -> None:
    text = "x: &x {a: 1, b: 2}\nz:\n  <<: *x\n  b: 3\n"
    assert value_of(text, "z", "a") == 1
    assert not read(text).problems
    assert value_of(text, "z", "b") == 3


def test_merging_anything_but_maps_is_refused() -> None:
    assert refusal("<<: 1\n")[0] == "yaml: map merge requires map or sequence of maps as the value"


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    assert refusal("a: &a\n  b: *a\n")[0] == "yaml: anchor 'a' value contains itself"


def test_an_unknown_alias_is_refused_where_it_stands() -> None:
    assert refusal("a: *b\n")[:2] == ("yaml: unknown anchor 'b' referenced", Mark(1, 4))


# ── limits ──


def bomb(levels: int, width: int) -> str:
    rows = ["a0: &a0 [x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("[" * 33, "depth"),
        ("- " * 33 + "x", "depth"),
        ("a: &a " + "[" * 20 + "]" * 20 + "\nb: " + "[" * 20 + "*a" + "]" * 20, "depth"),
        ("[" + "x, " * 20_000 + "]", "nodes"),
        (bomb(9, 9), "nodes"),
        (bomb(30, 2), "nodes"),
        ("a: &a x\nb: [" + "*a, " * 101 + "]", "aliases"),
        ("---\na: 1\n" * 51, "documents"),
        ("a: " + "x" * 8_193, "scalar"),
        ("a: " + "9" * 33, "number"),
        ("a: " + "1" + ":59" * 20, "number"),
        ("a: !secret x", "tags"),
        ("a: !!binary ZGI=", "tags"),
        ("# " + "x" * 65_536, "size"),
    ],
)
def test_a_submission_past_a_limit_is_refused_by_its_name(text: str, limit: str) -> None:
    assert refusal(text)[2] == limit


def test_an_alias_bomb_is_refused_on_the_command_line_too() -> None:
    assert refusal(bomb(30, 2), COMMAND_LINE)[2] == "expansion"


def test_depth_is_bounded_on_the_command_line_too() -> None:
    assert refusal("[" * 1_000_000, COMMAND_LINE)[2] == "depth"


def test_what_is_counted_for_a_submission_is_not_counted_on_the_command_line() -> None:
    assert not read("---\na: " + "x" * 100_000 + "\n" + "---\nb: 1\n" * 200, COMMAND_LINE).problems


@pytest.mark.parametrize(
    "tag", ["!!str 80", "!!int '80'", "!!bool 'yes'", "!!null ''", "!!float 1"]
)
def test_the_five_plain_tags_are_read(tag: str) -> None:
    assert not read(f"a: {tag}").problems


# ── characters ──


@pytest.mark.parametrize(
    ("text", "shown", "mark"),
    [
        ("a: 1\nb: \x07", "U+0007", Mark(2, 4)),
        ("a: \u2028b", "U+2028", Mark(1, 4)),
        ("a: b\ufeff", "U+FEFF", Mark(1, 5)),
        ('a: "\\0"', "U+0000", Mark(1, 4)),
        ('a: "\\ud800"', "U+D800", Mark(1, 4)),
    ],
)
def test_a_character_that_hides_is_refused_by_its_code(text: str, shown: str, mark: Mark) -> None:
    message, place, _ = refusal(text)
    if shown == "U+D800":  # libyaml refuses it first, in its own words
        assert "Unicode" in message or "invalid" in message
    else:
        assert shown in message
        assert place == mark


@pytest.mark.parametrize(
    "data", [b"a: \xff", b"\xff\xfe\0\0a\0\0\0", b"\xff\xfea", b"a: \xe2\x82", b"\xc0\xaf"]
)
def test_bytes_that_are_not_utf8_are_refused(data: bytes) -> None:
    assert "UTF" in refusal(data)[0]


# ── syntax errors ──


@pytest.mark.parametrize(
    ("text", "mark", "hint"),
    [
        ("a: 1\n\tb: 2\n", Mark(2, 1), "A tab"),
        ("a: [1, 2\nb: 3\n", Mark(1, 4), "never closed"),
        ("spec\n  a: b\n", Mark(2, 4), "may lack its colon"),
        ("```yaml\na: b\n```\n", Mark(1, 1), "Markdown"),
        ("a: {{ .Values.x }}\n", Mark(1, 5), "template"),
        ("a: 'b\n", Mark(1, 6), "never closed"),
    ],
)
def test_a_syntax_error_has_its_place_and_a_hint(text: str, mark: Mark, hint: str) -> None:
    problem = read(text).problems[-1]
    assert problem.message.startswith(f"yaml: line {mark.line}: ") or "map key" in problem.message
    assert problem.mark is not None
    assert problem.mark.line == mark.line
    assert hint in problem.hint


def test_marks_are_kept_in_every_document() -> None:
    node = read("a: 1\n---\nb:\n  - c: 2\n").documents[1]
    assert isinstance(node, Mapping)
    inner = node.entries[0].value
    assert isinstance(inner, Sequence)
    assert inner.items[0].mark == Mark(4, 5)
