"""No line of text raises, runs long or prints without end."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.kubectl import MOST_LINE, MOST_OUTPUT, State, complete, run
from simulator.kubectl.verbs import ALL_VERBS
from simulator.limits import SUBMISSION
from tests.simulator.hostile import hostile_files
from tests.simulator.kubectl.worlds import DB, WEB, shop, state

_WORDS = st.sampled_from(
    ["k", "kubectl", *ALL_VERBS, "netpol", "pods", "ns", "svc", "all", "po/web", "db-policy", "web",
     "-n", "prod", "-A", "-o", "yaml", "json", "name", "wide", "-o=jsonpath={..name}", "-l", "role=web",
     "a in (b", "!x", "--all", "-f", "-", "policy.yaml", "--", "nc", "-zv", "db", "3306", "curl",
     "ping", "-c", "nslookup", "|", "grep", "-v", "wc", "head", "&&", "||", ";", "<<EOF", "\n", "EOF",
     ">", "2>&1", "'", '"', "\\", "$x", "`", "a=b", "role-", "--overwrite", "--dry-run", "set-context",
     "--current", "--namespace=prod", "netpol.spec.ingress", "KUBE_EDITOR=true", "sh", "-h", "@", "{}"]
)  # fmt: skip
_LINES = st.one_of(
    st.text(max_size=60), st.lists(_WORDS, max_size=12).map(" ".join),
    st.lists(_WORDS, max_size=8).map(lambda words: "k " + " ".join(words)),
)  # fmt: skip
_TEXTS = st.sampled_from(
    ["", DB, DB + "---\n" + WEB, "nonsense: [", "- 1\n---\n", "{}", "---\n---\n"]
)


@settings(max_examples=400, deadline=None)
@given(_LINES, _TEXTS, st.sampled_from(["", DB, "x", "\x00"]))
def test_no_line_raises(line: str, text: str, stdin: str) -> None:
    for start in (state(text), shop()):
        answer = run(start, line, stdin)
        check(answer.stdout, answer.stderr)
        assert answer.wants in {"", "stdin"} or answer.wants.startswith("edit ")
        run(answer.state, "k get netpol -A -o yaml")
        complete(start, line, len(line) // 2)


def check(*texts: str) -> None:
    for text in texts:
        assert len(text) <= MOST_OUTPUT
        assert not set(text) & set("\u202e\u200b\x1b\x07\x00")


MANY = "x" * 7_000
NASTY = [
    "k get po -o jsonpath='" + "{..*}" * 1_500 + "'",
    "k get po -A -o jsonpath='{" + "..*" * 2_500 + "}'",
    "k get po -A -o jsonpath='" + "{range ..*}" * 500 + "x" + "{end}" * 500 + "'",
    "k get po -A -o jsonpath='{" + "[*]" * 2_000 + "}'",
    "k get po -A -o jsonpath='{.items[?(@.a==" + MANY + ")]}'",
    "k get po -A -o custom-columns=" + ",".join(["A:..*"] * 700),
    "k get po -A -o custom-columns=" + "A:.x," * 1_000 + "B:.y",
    "k get po -A --sort-by=" + "..*" * 2_000,
    "k get po -A -l '" + "a in (" * 1_000 + "'",
    "k get po -A -l '" + "a!=b," * 1_500 + "c'",
    "k get po -A -L " + "a," * 3_000,
    "k get " + "po," * 2_000 + "po -A",
    "k get po " + "web " * 1_500,
    "k get " + "po/web " * 1_000 + "-o yaml",
    "k label po --all -A " + " ".join(f"k{n}=v" for n in range(900)) + " --overwrite",
    "k describe po,ns,netpol,svc -A; " * 20,
    "k get po -A -o yaml | grep -E '" + "a|" * 3_000 + "b'",
    "k get po -A -o yaml | grep '" + ".*" * 3_000 + "x'",
    "k get po -A -o yaml | grep '" + "." * 6_000 + "'",
    "k get po -A -o yaml | grep " + "-e a " * 1_000,
    " | ".join(["k get po -A -o yaml"] + ["cat"] * 1_000),
    "cat policy.yaml " * 400,
    "echo " + MANY,
    "k explain netpol" + ".spec" * 1_000,
    "k exec -n prod web -- sh -c '" + "nc -z db 1;" * 600 + "'",
    "k exec -n prod web -- sh -c \"sh -c 'sh -c id'\"",
    "k exec -n prod web -- ping -c 999999 db",
    "k exec -n prod web -- " + "timeout 1 " * 700 + "id",
    "k edit netpol db-policy -n prod", "KUBE_EDITOR='sed -i s/" + "(a+)+" * 500 + "/x/' k edit netpol",
    "k label pod web -n prod " + MANY + "=x", "k label pod web -n prod x=" + MANY,
    "'" * 8_000, '"' * 8_001, "\\" * 8_000, "<<" * 4_000, ">" * 8_000, "1>" * 4_000, "|" * 8_000,
    "k " + "-" * 8_000, "k get po -" + "A" * 8_000, "k get po " + "-n x " * 1_600, "\n" * 8_000,
    "k apply -f - <<A\n" * 500, "a" * 9_000, "k " + "\u202e" * 2_000, "k get po \ud800",
    "k config set-context --current --namespace=" + "x" * 300, "k get po -n " + MANY,
]  # fmt: skip
STEPS = 3_000_000  # calls of Python functions: a hang guard that no busy machine disturbs


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_no_nasty_line_takes_long(number: int) -> None:
    steps = counted(state(DB + "---\n" + WEB), NASTY[number])
    assert steps < STEPS


def counted(start: State, line: str, stdin: str = "") -> int:
    """How many functions are called; raises where there are too many."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > STEPS:
            raise AssertionError(f"{line[:60]!r} takes more than {STEPS:,} steps")

    sys.setprofile(count)
    try:
        answer = run(start, line, stdin)
        complete(start, line, len(line))
    finally:
        sys.setprofile(None)
    check(answer.stdout, answer.stderr)
    return calls


def test_a_line_that_is_too_long_is_refused() -> None:
    assert "at most 8,192 bytes" in run(state(), "k" * (MOST_LINE + 1)).stderr
    assert "at most" in run(state(), "k apply -f -", "x" * 200_000).stderr
    big = DB + "#" * (SUBMISSION.size or 0)
    assert "at most 65,536 are read" in run(state(), "k apply -f -", big).stderr or (
        "more than 65,536 bytes" in run(state(), "k apply -f -", big).stderr
    )


def test_a_text_that_cannot_be_read_is_looked_through_once() -> None:
    blanks = "metadata:\n" + "   \n" * 10_000 + "  name: x\nspec: [\n"
    assert counted(state(blanks), "k delete netpol x") < STEPS
    assert run(state(blanks), "k delete netpol x").state.text == ""


def test_the_text_never_grows_past_what_the_page_takes() -> None:
    almost = DB + "#" * ((SUBMISSION.size or 0) - len(DB) - 10) + "\n"
    answer = run(state(almost), "k apply -f -", WEB)
    assert answer.stderr == "error: all policies together have more than 65,536 bytes\n"
    assert answer.state.text == almost


def test_every_hostile_file_can_be_applied_and_stand_in_the_editor(shared: Path) -> None:
    for hostile in hostile_files(shared):
        text = hostile.data.decode("utf-8", "replace")
        answer = run(state(text), "k get netpol -A; k apply -f -", text)
        check(answer.stdout, answer.stderr)
