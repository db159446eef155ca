"""How far apart two words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.words import edit_distance

words = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("", "db", 2), ("db", "db", 0), ("role", "rol", 1), ("api", "apt", 1),
     ("evn", "env", 2), ("database", "db", 6), ("x" * 200, "x" * 100, 0)],
)  # fmt: skip
def test_the_distance_counts_letters_put_in_left_out_or_changed(
    one: str, other: str, apart: int
) -> None:
    assert edit_distance(one, other) == apart


@given(words, words, words)
def test_the_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) is (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
