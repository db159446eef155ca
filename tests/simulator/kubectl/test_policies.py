"""apply, create, replace, delete, label, annotate, edit: what becomes of the learner's text."""

import json
from pathlib import Path

import pytest

from simulator.kubectl import complete, run
from simulator.kubectl.documents import of_part
from simulator.kubectl.sheet import read_sheet
from simulator.model import Cluster, Namespace
from simulator.parse import read_policies
from tests.simulator.kubectl.worlds import DB, WEB, heredoc, said, session, state


def test_a_new_policy_comes_to_the_end_of_the_text() -> None:
    answer = session(state("# mine\n" + DB), heredoc("kubectl apply -f -", WEB))
    assert answer.stdout == "networkpolicy.networking.k8s.io/web-policy created\n"
    assert answer.state.text == "# mine\n" + DB + "---\n" + WEB


def test_the_first_policy_of_an_empty_text_has_no_separator() -> None:
    assert session(state(), heredoc("k apply -f -", DB)).state.text == DB


def test_a_policy_is_replaced_in_place_and_the_rest_stays_as_it_was_typed() -> None:
    text = f"# one\n{WEB}---\n{DB}--- # the last\n" + WEB.replace("web-policy", "other")
    changed = DB.replace("3306", "3307")
    answer = session(state(text), heredoc("k apply -f -", changed))
    assert answer.stdout.endswith("db-policy configured\n")
    assert answer.state.text == text.replace("3306", "3307")


def test_what_says_the_same_is_unchanged_and_keeps_its_words() -> None:
    text = DB.replace("port: 3306", "port: 3306  # mysql")
    answer = session(state(text), heredoc("k apply -f -", DB))
    assert answer.stdout.endswith("db-policy unchanged\n")
    assert answer.state.text == text


def test_the_file_of_the_page_is_the_editors_text_and_follows_it() -> None:
    answer = session(state(DB), heredoc("k apply -f -", WEB), "k apply -f policy.yaml")
    assert answer.stdout == (
        "networkpolicy.networking.k8s.io/db-policy unchanged\n"
        "networkpolicy.networking.k8s.io/web-policy unchanged\n"
    )
    assert answer.state.files["policy.yaml"] == answer.state.text


def test_a_policy_without_a_namespace_goes_where_the_context_is() -> None:
    bare = DB.replace("  namespace: prod\n", "")
    answer = session(
        state(), "k config set-context --current --namespace=prod", heredoc("k apply -f -", bare)
    )
    assert [policy.namespace for policy in read_policies(answer.state.text).policies] == ["prod"]
    assert answer.state.text == bare.replace("db-policy\n", "db-policy\n  namespace: prod\n")


def test_the_editors_own_policy_moves_when_it_is_applied_elsewhere() -> None:
    bare = DB.replace("  namespace: prod\n", "")
    answer = session(state(bare), "k apply -n prod -f policy.yaml")
    assert answer.stdout.splitlines()[1] == (
        "# the editor's text is the cluster: default/db-policy is now prod/db-policy"
    )
    assert len(read_policies(answer.state.text).policies) == 1


def test_json_and_lists_come_in_as_policies_of_their_own() -> None:
    items = [json.loads(as_json(text)) for text in (DB, WEB)]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    answer = run(state(), "k apply -f -", listed)
    assert [p.name for p in read_policies(answer.state.text).policies] == [
        "db-policy",
        "web-policy",
    ]
    assert answer.state.text.count("---\n") == 1


def as_json(text: str) -> str:
    return session(state(text), "k get netpol -n prod -o jsonpath='{.items[0]}'").stdout


def test_one_of_a_list_can_be_replaced_and_taken_out() -> None:
    both = session(state(DB + "---\n" + WEB), "k get netpol -A -o yaml").stdout
    kept = session(state(both), "k delete netpol db-policy -n prod").state.text
    assert [policy.name for policy in read_policies(kept).policies] == ["web-policy"]
    new = session(state(both), heredoc("k apply -f -", WEB.replace("Egress", "Ingress"))).state.text
    assert [policy.name for policy in read_policies(new).policies] == ["db-policy", "web-policy"]


def test_a_bad_policy_is_refused_in_kubectls_words_and_nothing_changes() -> None:
    answer = session(state(WEB), heredoc("k apply -f -", DB.replace("3306", '"3306"')))
    assert answer.stderr == (
        'The NetworkPolicy "db-policy" is invalid: spec.ingress[0].ports[0].port: Invalid value: '
        '"3306": must contain at least one letter (a-z)\n'
    )
    assert (answer.exit, answer.state.text) == (1, WEB)


def test_of_several_documents_the_good_ones_are_stored() -> None:
    answer = session(state(), heredoc("k apply -f -", WEB + "---\n" + DB.replace("3306", "0")))
    assert answer.stdout == "networkpolicy.networking.k8s.io/web-policy created\n"
    assert answer.exit == 1
    assert answer.state.text == WEB


def test_while_the_editors_text_is_refused_the_cluster_has_no_policies() -> None:
    broken = DB.replace("podSelector:\n    match", "podselector:\n    match")
    assert said(state(broken), "k get netpol -A") == (
        "# the text in the editor is refused, so it puts no policy into the cluster: line 7: "
        'strict decoding error: unknown field "spec.podselector"\n'
        "No resources found\n"
    )
    assert session(state(broken), "k delete netpol db-policy -n prod").state.text == ""


def test_deleting_leaves_the_others_as_they_were() -> None:
    answer = session(state(f"{DB}---\n# w\n{WEB}"), "k delete netpol -n prod db-policy")
    assert answer.state.text == "# w\n" + WEB
    assert session(answer.state, "k delete netpol --all -A").state.text == ""


def test_a_dry_run_stores_nothing_and_can_print_the_object() -> None:
    answer = session(state(), heredoc("k apply --dry-run=client -o yaml -f -", DB))
    assert answer.stdout.startswith("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n")
    assert answer.state.text == ""


def test_labels_of_a_policy_are_written_into_its_text() -> None:
    text = f"{DB}---\n{WEB}"
    answer = session(state(text), "k label netpol db-policy -n prod team=net tier=1")
    labelled = '  namespace: prod\n  labels:\n    team: net\n    tier: "1"\nspec:'
    assert answer.state.text == text.replace("  namespace: prod\nspec:", labelled, 1)
    again = session(answer.state, "k label netpol db-policy -n prod team- tier-")
    assert again.state.text == text
    noted = session(answer.state, "k annotate netpol web-policy -n prod 'why=to: be'").state.text
    assert '  annotations:\n    why: "to: be"\n' in noted
    assert read_policies(noted).accepted


def test_edit_names_the_policy_for_the_page() -> None:
    assert session(state(DB), "k edit netpol db-policy -n prod").wants == "edit prod/db-policy"


@pytest.mark.parametrize(
    "line",
    ["k delete netpol db-policy -n prod", "k label netpol db-policy -n prod a=b",
     heredoc("k apply -f -", WEB), heredoc("k create -f -", WEB), "k edit netpol db-policy -n prod",
     heredoc("k replace -f -", DB.replace("3306", "1"))],
)  # fmt: skip
def test_where_policies_are_fixed_nothing_touches_them(line: str) -> None:
    answer = session(state(DB, policies_fixed=True), line)
    assert answer.stderr.startswith("Error from server (Forbidden): networkpolicies.networking")
    assert answer.stderr.endswith("is forbidden: this exercise fixes its policies\n")
    assert (answer.exit, answer.state.text) == (1, DB)


def test_no_learners_text_is_kept() -> None:
    session(state(DB + "---\n" + WEB), "k get netpol -A; k delete netpol --all -A")
    complete(state(DB), "k get netpol ", 13)
    assert of_part.cache_info().currsize == read_sheet.cache_info().currsize == 0


# ── The sentences of refusals, over all recorded manifests ──

OTHER_LINE = "we name the line where the fault is, kubectl the one where its reader stood"
OUR_LIMIT = "a limit of this lab"
OTHERWISE = {
    "syn-unclosed-quote": OTHER_LINE,
    "syn-indent-too-shallow": OTHER_LINE,
    "syn-dash-no-space": OTHER_LINE,
    "syn-separator-with-spaces": OTHER_LINE,
    "syn-markdown-fence": OTHER_LINE,
    "syn-flow-missing-comma": OTHER_LINE,
    "syn-extra-brace": OTHER_LINE,
    "syn-items-uneven-2": OTHER_LINE,
    "syn-json-unclosed": "broken JSON is read on as YAML",
    "syn-custom-tag": OUR_LIMIT,
    "scalar-binary-tag": OUR_LIMIT,
    "scalar-python-tag": OUR_LIMIT,
    "syn-deep-nesting": OUR_LIMIT,
    "scalar-nul-escape": OUR_LIMIT,
    "env-name-254": "long words are cut",
}


def test_apply_says_of_every_recorded_manifest_what_kubectl_said(shared: Path) -> None:
    spaces = tuple(Namespace(name, {"name": name}) for name in ("prod", "staging"))
    cluster, differing = Cluster(spaces, ()), set()
    for line in (shared / "apiserver" / "validation.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        files = {"netpol.yaml": row["manifest"]}
        answer = run(state(cluster=cluster, files=files), "kubectl apply -f netpol.yaml")
        theirs = (row["stdout"], row["stderr"], row["exit"])
        if (answer.stdout, answer.stderr, answer.exit) != theirs:
            differing.add(row["id"])
    assert differing == OTHERWISE.keys()
