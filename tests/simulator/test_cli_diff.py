"""`python -m simulator diff`: by meaning, in a cluster or in every cluster."""

import json

from tests.simulator.commands import POLICY, Shell

WIDER = POLICY.replace("- podSelector: {", "- namespaceSelector: {}\n      podSelector: {")


def test_another_text_with_the_same_meaning_is_no_difference(shell: Shell) -> None:
    shell.write(
        "same.yaml",
        "# a comment\n" + POLICY.replace("  ingress:", "  policyTypes: [Ingress]\n  ingress:"),
    )
    done = shell.run("diff", "db.yaml", "same.yaml")
    assert (done.code, done.out, done.err) == (0, "Both mean the same.\n", "")


def test_a_difference_in_a_cluster_is_told_with_both_reasons(shell: Shell) -> None:
    shell.write("wider.yaml", WIDER)
    done = shell.run("diff", "db.yaml", "wider.yaml", "-f", "small.yaml", width=100)
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "+ opened: staging/api → prod/db on 3306\n"
        "    before: Entering prod/db: db isolates it, and rule 1 (line 8) admits app=api in prod only. This\n"
        "      pod has the label, but lives in staging.\n"
        "    now: Entering prod/db: db, rule 1 (line 8) admits it.\n"
        "1 connection differs.\n"
    )


def test_without_a_cluster_every_cluster_counts(shell: Shell) -> None:
    shell.write("wider.yaml", WIDER)
    done = shell.run("diff", "db.yaml", "wider.yaml")
    assert done.code == 1
    assert (
        "opened: a pod with app=api in another namespace → a pod with app=db in prod"
        in " ".join(done.out.split())
    )


def test_a_port_that_counts_by_its_name_is_called_by_it(shell: Shell) -> None:
    """Any number can bear the name: the one made up for the case is told as such."""
    shell.write("named.yaml", POLICY.replace("port: 3306", "port: mysql"))
    done = shell.run("diff", "db.yaml", "named.yaml", width=200)
    assert "a pod with app=db in prod on the TCP port named mysql (8080 here)\n" in done.out
    differences = json.loads(shell.run("diff", "db.yaml", "named.yaml", "--format", "json").out)[
        "differences"
    ]
    assert [each["portNames"] for each in differences] == [["mysql"], []]


def test_where_the_example_lives_reads_as_a_place(shell: Shell) -> None:
    shell.write("wider.yaml", WIDER)
    done = shell.run("diff", "db.yaml", "wider.yaml", width=200)
    assert "This pod has the label, but lives in other-ns." in done.out


def test_a_pod_without_an_address_is_not_said_to_miss_a_block_by_little(shell: Shell) -> None:
    """Pods of the exact answer have none: what a selector lacks tells more."""
    peers = "- ipBlock: {cidr: 192.0.2.0/24}\n    - podSelector: {matchLabels: {app: %s}}"
    for name in ("a", "b"):
        peer = peers % name
        policy = POLICY.replace("- podSelector: {matchLabels: {app: api}}", peer)
        shell.write(f"{name}.yaml", policy)
    done = shell.run("diff", "a.yaml", "b.yaml", width=200)
    assert "of which the nearest wants app=a" in done.out
    assert "without an address" not in done.out


def test_a_cluster_may_hide_what_differs_elsewhere(shell: Shell) -> None:
    """Nobody in this cluster has the label, so here both mean the same."""
    one, other = (POLICY.replace("{app: api}", f"{{app: nobody-{n}}}") for n in "ab")
    shell.write("a.yaml", one)
    shell.write("b.yaml", other)
    assert shell.run("diff", "a.yaml", "b.yaml").code == 1
    assert shell.run("diff", "a.yaml", "b.yaml", "-f", "small.yaml").code == 0


def test_addresses_outside_count_though_no_file_names_them(shell: Shell) -> None:
    text = (shell.folder / "small.yaml").read_text()
    shell.write("bare.yaml", text.replace("hosts:\n  backup: 192.168.5.10\n", ""))
    one, other = (
        POLICY.replace("podSelector: {matchLabels: {app: api}}", f"ipBlock: {{cidr: {cidr}}}")
        for cidr in ("192.0.2.0/24", "192.0.2.0/25")
    )
    shell.write("a.yaml", one)
    shell.write("b.yaml", other)
    done = shell.run("diff", "a.yaml", "b.yaml", "-f", "bare.yaml")
    assert done.code == 1
    assert done.out.startswith("- closed: ip:192.0.2.129 → prod/db on 3306\n")


def test_json_has_both_verdicts(shell: Shell) -> None:
    shell.write("wider.yaml", WIDER)
    done = shell.run("diff", "db.yaml", "wider.yaml", "-f", "small.yaml", "--format", "json")
    document = json.loads(done.out)
    assert (document["version"], document["equal"], document["exact"], document["many"]) == (
        1,
        False,
        True,
        1,
    )
    (difference,) = document["differences"]
    assert (difference["change"], difference["ports"]) == ("opened", {"TCP": [[3306, 3306]]})
    assert (difference["old"]["outcome"], difference["new"]["outcome"]) == ("denied", "allowed")
    assert difference["new"]["gates"][1]["policies"][0]["file"] == "wider.yaml"


def test_folders_are_compared_as_wholes(shell: Shell) -> None:
    shell.write("old/db.yaml", POLICY)
    shell.write("new/a/db.yaml", POLICY)
    shell.write("new/.hidden/db.yaml", "{")
    shell.write("new/readme.txt", "{")
    assert shell.run("diff", "old", "new").code == 0


def test_no_policies_at_all_is_a_side_like_others_with_a_note(shell: Shell) -> None:
    shell.write("none.yaml", "")
    done = shell.run("diff", "none.yaml", "db.yaml")
    assert (done.code, done.err) == (1, "note: there is no NetworkPolicy in none.yaml\n")
    assert "-1 more" not in done.out
    assert done.out.endswith(" for the same reason\n1 connection differs.\n")
    assert shell.run("diff", "none.yaml", "none.yaml").out == "Both mean the same.\n"


def test_of_many_differences_some_are_told_and_the_rest_is_counted(shell: Shell) -> None:
    more = "\n---\n".join(
        POLICY.replace("name: db", f"name: db{n}").replace("app: db", f"app: db{n}")
        for n in range(25)
    )
    shell.write("none.yaml", "")
    shell.write("many.yaml", more)
    pods = "".join(f"  prod/x{n}: {{labels: {{app: db{n}}}, ip: 10.2.0.{n}}}\n" for n in range(25))
    text = (shell.folder / "small.yaml").read_text()
    shell.write("big.yaml", text.replace("pods:\n", f"pods:\n{pods}"))
    out = shell.run("diff", "none.yaml", "many.yaml", "-f", "big.yaml").out
    told = len([line for line in out.splitlines() if line.startswith("- closed")])
    *_, more_line, last = out.splitlines()
    assert more_line == f"… and {int(last.split()[0].replace(',', '')) - told:,} more"
