"""Exercises that are solved by labels: the policies stay as they are, whatever is posted."""

import json
import re

from django.test import Client

from netpol_lab.lab.models import Attempt

LESSON = "/lab/dont-touch-the-policies/"
RIGHT = json.dumps({"prod/api": {"db-client": "yes"}}, separators=(",", ":"))


def submit(client: Client, labels: str, policy: str = "") -> str:
    return client.post(f"{LESSON}submit", {"policy": policy, "labels": labels}).content.decode()


def test_it_works(ana: Client) -> None:
    page = submit(ana, RIGHT)
    assert "Solved." in page
    assert "prod/api db-client=yes" in page
    attempt = Attempt.objects.get()
    assert (attempt.solved, attempt.labels) == (True, RIGHT)


def test_the_state_is_there_again(ana: Client) -> None:
    submit(ana, RIGHT)
    assert "prod/api db-client=yes" in ana.get(LESSON).content.decode()
    assert "db-client=yes</code>" not in ana.get(f"{LESSON}?start=over").content.decode()


def test_other_policies_are_not_judged(ana: Client) -> None:
    page = submit(ana, "", "# no policies at all\n")
    assert "Not yet" in page
    assert "name: db-clients" in Attempt.objects.get().text


def test_wrong_labels_are_wrong(ana: Client) -> None:
    page = submit(ana, json.dumps({"prod/web": {"db-client": "yes"}}))
    assert "1 connection that should be refused is let through" in page
    assert "and 1 connection that should pass is refused" in page


def test_mangled_labels_are_none(ana: Client) -> None:
    page = submit(ana, '{"prod/api": {"<b>": "x"}}')
    assert "Not yet" in page
    assert "<b>" not in page


def test_only_labels_are_kept_of_what_is_posted_as_labels(ana: Client) -> None:
    for posted in (
        "kind: Config # canary\0",
        '{"prod/api": {"canary\0": "x"}, "canary": {"a": "b"}}',
    ):
        submit(ana, posted)
    assert [attempt.labels for attempt in Attempt.objects.all()] == ["", ""]


def test_labels_count_for_nothing_elsewhere(ana: Client) -> None:
    data = {"policy": "# none", "labels": RIGHT}
    page = ana.post("/lab/api-to-db/submit", data).content.decode()
    assert "db-client" not in page
    assert Attempt.objects.get().labels == ""


def test_the_solution_is_not_in_the_page(ana: Client) -> None:
    pages = [ana.get(LESSON).content.decode(), submit(ana, "")]
    written = ("prod/api db-client=yes", RIGHT, "api: {db-client", "pod api -n prod db-client")
    assert not any(text in page for page in pages for text in written)


def test_a_label_more_moves_nothing_in_the_picture(ana: Client) -> None:
    before, after = ana.get(LESSON).content.decode(), submit(ana, RIGHT)
    assert len(frames(before)) > 4
    assert frames(before) == frames(after)
    assert "db-client=yes" in after


def frames(page: str) -> list[str]:
    """The sizes of the pictures and the places of their cards."""
    picture = page.partition('class="topology-box"')[2].partition("</div>")[0]
    return re.findall(
        r'viewBox="[^"]*"|<rect x="[^"]*" y="[^"]*" width="[^"]*" height="[^"]*" rx', picture
    )
