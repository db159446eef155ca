"""GET /lab/<slug>/history, and what each attempt changed."""

import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from netpol_lab.accounts.models import Learner
from netpol_lab.lab.history import Edit, edit_between
from netpol_lab.lab.models import Attempt
from netpol_lab.lab.textdiff import MOST_COMPARED, MOST_SHOWN, line_changes
from netpol_lab.lab.workbench import State
from simulator.relabel import write_changes
from tests.lab.conftest import SOLUTION, lesson

LESSON = "/lab/api-to-db/"
SHUT = SOLUTION.partition("  ingress:")[0]
OPEN = SOLUTION.replace(
    "podSelector:\n        matchLabels:\n          name: api-pod", "namespaceSelector: {}"
)
BROKEN = SOLUTION.replace("policyTypes", "policytypes")
BUT_TWO = SOLUTION.replace(
    "        matchLabels:\n          name: api-pod",
    "        matchExpressions:\n        - {key: role, operator: NotIn, values: [web, db]}",
)


def edit(old: str, new: str) -> Edit:
    return edit_between(*lesson(), State(old), State(new))


# ── by meaning ──


def test_an_edit_is_told_by_what_it_opened_and_why() -> None:
    found = edit(SHUT, SOLUTION)
    assert found.summary == "This edit opened prod/api → prod/db : 3306."
    (turned,) = found.here
    assert (turned.sign, turned.word) == ("+", "opened")
    assert turned.why.startswith("Now: Entering prod/db: db-policy, rule 1 (line 14) admits it.")
    assert "Before: Entering prod/db: db-policy isolates it" in turned.why
    assert found.elsewhere == ()


def test_and_by_what_it_closed() -> None:
    found = edit(OPEN, SOLUTION)
    assert found.summary == (
        "This edit closed prod/web → prod/db : 3306, staging/web → prod/db : 3306 and "
        "staging/api → prod/db : 3306."
    )


def test_both_in_one_sentence() -> None:
    found = edit(SOLUTION, SOLUTION.replace("api-pod", "web-pod"))
    assert found.summary == (
        "This edit opened prod/web → prod/db : 3306, and closed prod/api → prod/db : 3306."
    )


def test_many_are_counted() -> None:
    found = edit("", SHUT)
    assert found.summary == "This edit closed 5 connections."
    assert found.here[0].flow == "prod/web → prod/db on every port"


def test_more_than_a_page_shows_are_counted_too() -> None:
    deny_all = SHUT.replace("    matchLabels:\n      role: db", "    {}").replace(
        "podSelector:\n    {}", "podSelector: {}"
    )
    found = edit("", deny_all)
    assert len(found.here) == 8
    assert found.more_here == 7
    assert found.summary == "This edit closed 15 connections."


def test_what_the_simulator_does_not_list_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["simulator.diff"], "MOST_TOLD", 2)
    found = edit("", SHUT)
    assert found.summary == "This edit changed 5 connections."
    assert (len(found.here), found.more_here) == (2, 3)


def test_a_comment_changes_nothing_in_meaning() -> None:
    found = edit(SOLUTION, SOLUTION + "# mine\n")
    assert found.summary == "Nothing changed in meaning: every connection is decided as before."
    assert [line.kind for line in found.lines if line.sign.strip()] == ["added"]


def test_the_same_text_is_the_same_text() -> None:
    assert edit(SOLUTION, SOLUTION) == Edit("The same text as before.")


def test_what_only_other_pods_would_notice_is_told_apart() -> None:
    found = edit(SOLUTION, BUT_TWO)
    assert found.summary == "Between the pods and hosts of this scenario nothing changed."
    assert found.here == ()
    flows = [turned.flow for turned in found.elsewhere]
    assert flows[0] == "a pod without labels in prod → a pod with role=db in prod : 3306"


def test_a_refused_text_changes_nothing_and_says_where() -> None:
    found = edit(SOLUTION, BROKEN)
    assert found.summary == (
        "This text was refused at line 10, so nothing changed in the cluster: strict decoding "
        'error: unknown field "spec.policytypes".'
    )
    assert [line.text for line in found.lines if line.kind == "added"] == ["  policytypes:"]


def test_a_service_and_a_ping_are_told_too() -> None:
    exercise, scenario = lesson("deny-all-then-dns")
    forgotten = next(w.answer for w in exercise.wrong if w.name == "DNS forgotten")
    found = edit_between(exercise, scenario, State(forgotten), State(exercise.solution))
    service = found.here[-1]
    assert service.flow == "shop/web → api.shop : 80"
    assert service.why == "Now: allowed. Before: not even begun: the name is not resolved."
    exercise, scenario = lesson("c-must-not-reach-b")
    pings = edit_between(exercise, scenario, State(""), State(exercise.solution))
    assert "left undefined namespace-a/pod-a → namespace-b/pod-b : ping" in pings.summary


def test_labels_are_compared_by_what_they_open() -> None:
    exercise, scenario = lesson("only-labels")
    state = State(exercise.starter, write_changes(exercise.labels))
    found = edit_between(exercise, scenario, State(exercise.starter), state)
    assert found.summary == "This edit opened prod/api → prod/db : 3306."
    assert found.labels == ("prod/api: db-client=yes",)
    back = edit_between(exercise, scenario, state, State("", ""))
    assert back.summary == "This edit closed prod/api → prod/db : 3306."
    assert back.labels == ("prod/api: db-client-",)


def test_texts_without_end_are_compared_within_bounds() -> None:
    """A hang guard: fifty policies whose labels are all different."""
    rules = "".join(
        SOLUTION.replace("db-policy", f"p{n}").replace("role: db", f"r{n}: db{n}") + "---\n"
        for n in range(50)
    )
    found = edit(rules, rules.replace("db7", "cache7"))
    assert "comparing every possible cluster takes more than" in found.bounds


# ── by lines ──


def test_lines_stand_with_their_neighbours() -> None:
    old = "\n".join("abcdefghij")
    found = line_changes(old, old.replace("f", "F"))
    assert "".join(line.sign.strip() + line.text for line in found) == "…de−f+Fgh"


@pytest.mark.parametrize("many", [MOST_COMPARED + 1, 30_000])
def test_long_texts_are_told_as_replaced(many: int) -> None:
    old = "a\n" * many
    found = line_changes(old, "a\nb\n" * many)
    assert len(found) == MOST_SHOWN + 1
    assert found[-1].text.endswith("more lines")


# ── the pages ──


def send(client: Client, *texts: str) -> list[Attempt]:
    for text in texts:
        client.post(LESSON + "submit", {"policy": text})
    return list(Attempt.objects.order_by("id"))


@pytest.mark.django_db
def test_it_works(ana: Client) -> None:
    send(ana, SHUT, OPEN, BROKEN, SOLUTION)
    page = ana.get(LESSON + "history").content.decode()
    words = [part.partition("</span>")[2].partition("<")[0].strip() for part in page.split('class="attempt-words')[1:]]  # fmt: skip
    assert words == ["solved", "refused", "3 wrongly let through", "1 wrongly refused"]
    assert page.count("just now</time>") == 4


@pytest.mark.django_db
def test_the_lesson_lists_them_and_a_check_has_them_listed_anew(ana: Client) -> None:
    assert "No attempt yet." in ana.get(LESSON).content.decode()
    response = ana.post(LESSON + "submit", {"policy": SHUT}, headers={"HX-Request": "true"})
    assert response["HX-Trigger-After-Settle"] == "attempt-recorded"
    assert "1 wrongly refused" in ana.get(LESSON).content.decode()


@pytest.mark.django_db
def test_one_says_what_it_changed_against_the_accepted_one_before(ana: Client) -> None:
    *_, last = send(ana, SHUT, BROKEN, SOLUTION)
    page = ana.get(f"{LESSON}history/{last.pk}").content.decode()
    assert "<h1>Attempt 3: solved</h1>" in page
    assert "This edit opened prod/api → prod/db : 3306." in page
    assert "Compared with attempt 1, the accepted one before." in page
    fragment = ana.get(f"{LESSON}history/{last.pk}", headers={"HX-Request": "true"})
    assert fragment.content.decode().startswith(f'<div id="attempt-{last.pk}"')


@pytest.mark.django_db
def test_the_first_is_compared_with_the_starter(ana: Client) -> None:
    (first,) = send(ana, SOLUTION)
    page = ana.get(f"{LESSON}history/{first.pk}").content.decode()
    assert "Compared with the starter." in page
    assert "This edit opened prod/api → prod/db : 3306." in page


@pytest.mark.django_db
def test_it_is_judged_by_age_and_not_by_id(ana: Client) -> None:
    """A progress file brings old attempts with new ids."""
    first, second = send(ana, SOLUTION, SHUT)
    Attempt.objects.filter(pk=second.pk).update(created=timezone.now() - timedelta(days=3))
    page = ana.get(f"{LESSON}history/{first.pk}").content.decode()
    assert "<h1>Attempt 2: solved</h1>" in page
    assert "This edit opened prod/api" in page
    assert "3\xa0days ago" in ana.get(LESSON + "history").content.decode()


@pytest.mark.django_db
def test_a_text_comes_back_without_javascript(ana: Client) -> None:
    first, _ = send(ana, SHUT + "# the first\n", SOLUTION)
    link = f"{LESSON}?attempt={first.pk}"
    assert f'href="{link}"' in ana.get(f"{LESSON}history/{first.pk}").content.decode()
    page = ana.get(link).content.decode()
    assert "# the first" in page
    assert "Not yet: 1 connection that should pass is refused." in page
    assert Attempt.objects.count() == 2


@pytest.mark.django_db
def test_they_come_a_page_at_a_time(ana: Client) -> None:
    (first,) = send(ana, SHUT)
    copies = []
    for n in range(24):
        copy = Attempt.objects.get(pk=first.pk)
        copy.pk, copy.key = None, f"00000000-0000-4000-8000-{n:012}"
        copies.append(copy)
    Attempt.objects.bulk_create(copies)
    page = ana.get(LESSON + "history").content.decode()
    assert page.count('class="attempt-row"') == 20
    assert 'start="25"' in page
    older = ana.get(LESSON + "history?page=2").content.decode()
    assert older.count('class="attempt-row"') == 5
    assert 'start="5"' in older
    assert ana.get(LESSON + "history?page=x").status_code == 200


@pytest.mark.django_db
def test_texts_are_escaped(ana: Client) -> None:
    (first,) = send(ana, "<script>alert(1)</script></template>")
    for path in (f"history/{first.pk}", "history", f"?attempt={first.pk}"):
        page = ana.get(LESSON + path).content.decode()
        assert "<script>alert" not in page
        assert "</template><" not in page.replace("</template>\n", "")


@pytest.mark.django_db
def test_nobody_elses_can_be_read(ana: Client, otto: Client, course: None) -> None:
    (mine,) = send(ana, SOLUTION + "# secret\n")
    send(otto, SHUT)
    paths = (f"history/{mine.pk}", f"?attempt={mine.pk}")
    table = {"owner": (ana, 200), "peer": (otto, 404), "nobody": (Client(), 404)}
    for client, status in table.values():
        assert [client.get(LESSON + path).status_code for path in paths] == [status] * 2
    for client in (otto, Client()):
        assert "✓" not in client.get(LESSON + "history").content.decode()
    # Nor under another lesson's name.
    assert ana.get(f"/lab/namespace-a-b-c/history/{mine.pk}").status_code == 404
    assert ana.get(f"/lab/namespace-a-b-c/?attempt={mine.pk}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
def test_what_is_no_attempt_is_not_found(ana: Client, number: str) -> None:
    send(ana, SHUT)
    assert ana.get(f"{LESSON}history/{number}").status_code == 404
    assert ana.get(f"{LESSON}?attempt={number}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "²"])
def test_nor_is_what_is_no_number(ana: Client, number: str) -> None:
    assert ana.get(LESSON, {"attempt": number}).status_code == 404


@pytest.mark.django_db
def test_reading_writes_nothing(ana: Client) -> None:
    assert ana.get(LESSON + "history").status_code == 200
    assert not Learner.objects.exists()
    assert ana.post(LESSON + "history").status_code == 405


@pytest.mark.django_db
def test_a_withdrawn_text_that_is_no_longer_accepted_breaks_nothing(ana: Client) -> None:
    """A scenario may ask a later API server than the one that took the text."""
    exercise, scenario = lesson()
    later = replace(scenario, kubernetes="1.37")
    block = SHUT + "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/24}}]}]\n"
    found = edit_between(exercise, later, State(block), State(SOLUTION))
    assert found.summary.startswith("This edit ")
