"""`python -m simulator read`: what policies say, in plain words."""

from simulator.aloud import read_aloud
from tests.simulator.commands import POLICY, Shell
from tests.simulator.worlds import policies


def test_a_policy_is_read_line_by_line(shell: Shell) -> None:
    done = shell.run("read", "db.yaml", width=200)
    (policy,) = policies(POLICY)
    words = read_aloud(policy)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        words.heading,
        *(("    - " if line.depth else "  ") + line.text for line in words.lines),
    ]


def test_with_a_cluster_the_pods_that_are_meant_are_named(shell: Shell) -> None:
    assert "prod/api" not in shell.run("read", "db.yaml").out
    assert "prod/api" in shell.run("read", "db.yaml", "-f", "small.yaml").out


def test_many_policies_are_read_one_after_the_other(shell: Shell) -> None:
    shell.write("two.yaml", POLICY.replace("name: db", "name: second"))
    out = shell.run("read", "db.yaml", "two.yaml", width=40).out
    assert out.count("\n\n") == 1
    assert max(map(len, out.splitlines())) <= 40


def test_files_without_a_policy_are_wrong_use(shell: Shell) -> None:
    done = shell.run("read", "small.yaml")
    assert (done.code, done.err) == (2, "there is no NetworkPolicy in these files\n")
