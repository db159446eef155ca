"""`python -m simulator reach`: every format, whole where it is small."""

import json
import re
import xml.dom.minidom

import pytest

from tests.simulator.commands import POLICY, Shell

GRID = """\
from │ to    prod/api  prod/db  staging/api  backup
prod/api     ·         ± 3306   ✓ all        ✓ all
prod/db      ✓ all     ·        ✓ all        ✓ all
staging/api  ✓ all     ✕        ·            ✓ all
backup       ✓ all     ✕        ✓ all        ·

✓ every port, ± these ports, ✕ none, ? undefined by the API
"""
NARROW = """\
from │ to      1      2       3      4
1 prod/api     ·      ± 3306  ✓ all  ✓ all
2 prod/db      ✓ all  ·       ✓ all  ✓ all
3 staging/api  ✓ all  ✕       ·      ✓ all
4 backup       ✓ all  ✕       ✓ all  ·

✓ every port, ± these ports, ✕ none, ?
undefined by the API
"""
LIST = """\
to prod/api, staging/api, backup
    ✓ every port from everybody
to prod/db
    ± 3306 from prod/api
    ✕ no port from staging/api, backup

✓ every port, ± these ports, ✕ none, ?
undefined by the API
"""


def test_the_table_is_a_grid_where_it_fits(shell: Shell) -> None:
    done = shell.ask("reach")
    assert (done.code, done.out, done.err) == (0, GRID, "")


def test_its_columns_are_numbered_where_names_do_not_fit(shell: Shell) -> None:
    assert shell.ask("reach", width=44).out == NARROW


def test_it_is_a_list_where_no_grid_fits(shell: Shell) -> None:
    assert shell.ask("reach", width=40).out == LIST


@pytest.mark.parametrize("width", [40, 44, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(shell: Shell, width: int) -> None:
    lines = shell.ask("reach", width=width).out.splitlines()
    assert max(map(len, lines)) <= width


def test_one_port_gives_one_sign_for_each_pair(shell: Shell) -> None:
    assert shell.ask("reach", "--port", "3306", "--to", "prod/db").out == (
        "on 3306/TCP\n"
        "from │ to    prod/db\n"
        "prod/api     ✓\n"
        "prod/db      ·\n"
        "staging/api  ✕\n"
        "backup       ✕\n"
        "\n"
        "✓ allowed, ✕ denied, ? undefined by the API, ± some endpoints, – unreachable\n"
    )


def test_a_port_may_be_named_as_the_target_names_it(shell: Shell) -> None:
    done = shell.ask("reach", "--port", "mysql", "--from", "prod/api", "--format", "md")
    assert done.out == (
        "| from \\ to (mysql/TCP) | prod/api | prod/db | staging/api | backup |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| **prod/api** | · | ✓ allowed | – unreachable, whatever policies say "
        "| – unreachable, whatever policies say |\n"
    )


def test_pings_at_an_isolated_pod_are_undefined_unless_the_plugin_is_named(shell: Shell) -> None:
    words = ("reach", "--port", "ping", "--from", "backup", "--to", "prod/db")
    assert "backup     ?\n" in shell.ask(*words).out
    assert "backup     ✓\n" in shell.ask(*words, "--plugin", "ping=always-allowed").out


def test_where_nothing_enforces_every_connection_passes(shell: Shell) -> None:
    out = shell.ask("reach", "--plugin", "enforces=false", "--to", "prod/db").out
    assert out.startswith("This cluster's network plugin enforces no policies")
    assert "staging/api  ✓ all" in out


def test_an_address_outside_is_an_end_too(shell: Shell) -> None:
    out = shell.ask("reach", "--from", "ip:203.0.113.7", "--to", "prod/*").out
    assert "ip:203.0.113.7  ✓ all     ✕\n" in out


def test_an_address_of_a_pod_is_that_pod(shell: Shell) -> None:
    assert (
        "prod/api   ± 3306\n" in shell.ask("reach", "--from", "ip:10.1.0.1", "--to", "prod/db").out
    )


def test_addresses_that_policies_tell_apart_stand_for_the_outside(shell: Shell) -> None:
    shell.write(
        "small.yaml",
        (shell.folder / "small.yaml")
        .read_text()
        .replace("  backup: 192.168.5.10\n", "")
        .replace("hosts:\n", ""),
    )
    shell.write(
        "db.yaml",
        POLICY.replace("podSelector: {matchLabels: {app: api}}", "ipBlock: {cidr: 172.16.0.0/12}"),
    )
    out = shell.ask("reach", "--to", "prod/db").out
    assert "ip:203.0.113.7  ✕" in out
    assert "ip:172.16.0.1   ± 3306" in out


def test_what_the_api_leaves_open_is_marked(shell: Shell) -> None:
    shell.write(
        "db.yaml",
        POLICY.replace("podSelector: {matchLabels: {app: api}}", "ipBlock: {cidr: 10.1.0.0/16}"),
    )
    words = ("reach", "--from", "prod/api", "--to", "prod/db")
    assert "prod/api   ? 3306\n" in shell.ask(*words).out
    assert "? undefined by the API: 3306" in shell.ask(*words, "--format", "md").out
    assert "prod/api   ± 3306\n" in shell.ask(*words, "--plugin", "ip-block-on-pods=matches").out


# ── Other formats ────────────────────────────────────────────────────────────────────────────


def test_markdown_is_a_pipe_table(shell: Shell) -> None:
    assert shell.ask("reach", "--from", "backup", "--format", "md").out == (
        "| from \\ to | prod/api | prod/db | staging/api | backup |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| **backup** | ✓ every port | ✕ no port | ✓ every port | · |\n"
    )


def test_json_has_groups_and_spans_of_ports(shell: Shell) -> None:
    every = [[1, 65535]]
    assert json.loads(shell.ask("reach", "--from", "prod/api", "--format", "json").out) == {
        "version": 1,
        "enforced": True,
        "port": None,
        "sources": [{"name": "prod/api", "members": ["prod/api"]}],
        "targets": [
            {"name": name, "members": [name]}
            for name in ("prod/api", "prod/db", "staging/api", "backup")
        ],
        "reach": [
            {
                "from": "prod/api",
                "to": "prod/db",
                "allowed": {"TCP": [[3306, 3306]]},
                "undefined": {},
            },
            *(
                {
                    "from": "prod/api",
                    "to": name,
                    "allowed": {"TCP": every, "UDP": every, "SCTP": every},
                    "undefined": {},
                }
                for name in ("staging/api", "backup")
            ),
        ],
    }


def test_json_with_a_port_has_the_evidence(shell: Shell) -> None:
    words = ("--from", "staging/api", "--to", "prod/db", "--port", "3306", "--format", "json")
    (cell,) = json.loads(shell.ask("reach", *words).out)["reach"]
    assert cell["outcome"] == "denied"
    (verdict,) = cell["evidence"]
    egress, ingress = verdict["gates"]
    assert (egress["reason"], egress["policies"]) == ("not-isolated", [])
    assert ingress["policies"] == [
        {
            "policy": "prod/db",
            "file": "db.yaml",
            "line": 3,
            "column": 18,
            "rules": [
                {
                    "index": 0, "line": 7, "admits": False, "undefined": False,
                    "anyPeer": False, "peer": None, "anyPort": False, "port": 0,
                    "misses": [
                        {"peer": 0, "fault": "other-namespace", "wants": None, "line": 8, "column": 7}
                    ],
                }
            ],
        }
    ]  # fmt: skip


def test_dot_is_a_graph_with_a_box_for_each_namespace(shell: Shell) -> None:
    assert (
        shell.ask("reach", "--to", "prod/db", "--format", "dot").out
        == """\
digraph reach {
  label="Who reaches whom: no edge, no connection";
  rankdir=LR;
  node [shape=box];
  subgraph cluster_0 {
    label="prod";
    n0 [label="prod/api"];
    n1 [label="prod/db"];
  }
  subgraph cluster_1 {
    label="staging";
    n2 [label="staging/api"];
  }
  n3 [label="backup"];
  n0 -> n1 [label="3306", style=solid];
}
"""
    )


def test_svg_is_a_picture_that_says_its_words(shell: Shell) -> None:
    out = shell.ask("reach", "--to", "prod/db", "--format", "svg").out
    svg = xml.dom.minidom.parseString(out).documentElement
    assert svg is not None
    assert svg.getAttribute("role") == "img"
    assert svg.getAttribute("aria-labelledby") == "title desc"
    said = svg.getElementsByTagName("desc")[0].firstChild
    assert said is not None
    assert said.nodeValue == (
        "prod/api to prod/db: 3306; staging/api to prod/db: no port; backup to prod/db: no port. "
        "Where no arrow is drawn, nothing passes."
    )
    assert "prefers-color-scheme: dark" in out
    assert len(re.findall('class="way"', out)) == 3
    assert len(re.findall('class="bar"', out)) == 2


def many(number: int) -> str:
    pods = "".join(
        f"  x/p{n}: {{labels: {{app: v{n}}}, ip: 10.0.{n // 250}.{n % 250}}}\n"
        for n in range(number)
    )
    return f"kind: Scenario\nslug: s\ntitle: t\nnamespaces: {{x: {{}}}}\npods:\n{pods}arrows: []\n"


def test_a_picture_that_would_tell_nothing_is_refused(shell: Shell) -> None:
    shell.write("many.yaml", many(8))
    done = shell.run("reach", "-f", "many.yaml", "--format", "svg")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("a picture of 72 connections would tell nothing (at most 40)")


def test_many_pods_never_make_a_wide_table(shell: Shell) -> None:
    shell.write("many.yaml", many(60))
    out = shell.run("reach", "-f", "many.yaml").out
    assert out.splitlines()[:2] == [
        "to everybody", "    ✓ every port from everybody"
    ]  # fmt: skip


# ── Ends ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "prod/bd"], 'no pod, workload or host "prod/bd" in these files. Did you mean prod/db?\n'),
        (["--to", "ip:1.2.3"], '"ip:1.2.3" is no address: write ip:192.0.2.7 or ip:2001:db8::7\n'),
        (["--port", "0"], '"0" is no port: the numbers go from 1 to 65535\n'),
        (["--port", "80/ICMP"], '"80/ICMP" is no port: write 3306, 53/UDP, http or ping\n'),
        (["--from", "\x1b[31m"], 'no pod, workload or host "\\x1b[31m" in these files. Write namespace/pod, or ip:ADDR.\n'),
    ],
)  # fmt: skip
def test_an_end_that_is_not_there_is_wrong_use(
    shell: Shell, words: list[str], message: str
) -> None:
    done = shell.ask("reach", *words)
    assert (done.code, done.out, done.err) == (2, "", message)


def test_a_plugin_setting_that_is_not_known_is_wrong_use(shell: Shell) -> None:
    done = shell.ask("reach", "--plugin", "ping=maybe")
    assert done.code == 2
    assert done.err.startswith('--plugin "ping=maybe": ping is one of undefined, follows-')


def test_policies_alone_are_no_cluster(shell: Shell) -> None:
    done = shell.run("reach", "-f", "db.yaml")
    assert done.code == 2
    assert done.err == "there are no pods in these files: name them with a further -f\n"


def test_more_pairs_than_anybody_reads_are_refused_before_they_are_decided(shell: Shell) -> None:
    shell.write("many.yaml", many(9))
    shell.patch.setattr("simulator.cli.reach.MOST_PAIRS", 99)
    done = shell.run("reach", "-f", "many.yaml")
    assert done.code == 2
    assert done.err == (
        "10 kinds of pods and hosts make 100 pairs, more than anybody reads (at most 99): ask for a "
        "part, for example --to 'prod/*'\n"
    )
    assert shell.run("reach", "-f", "many.yaml", "--from", "x/p1").code == 0


def test_many_workloads_that_behave_alike_stand_together(shell: Shell) -> None:
    """Their labels differ, but no policy asks for them."""
    shell.write("many.yaml", many(130))
    shell.write(
        "one.yaml", POLICY.replace("namespace: prod", "namespace: x").replace("app: db", "app: v7")
    )
    out = shell.run("reach", "-f", "many.yaml", "-f", "one.yaml").out
    assert "x/p0 and alike ×129" in out
    assert "x/p7" in out
