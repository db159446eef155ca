"""Exercises that are solved by the cluster's network plugin: the policies stay, whatever is posted."""

from pathlib import Path

import pytest
from django.test import Client

from netpol_lab.content.actions import load
from netpol_lab.content.folder import read_folder
from netpol_lab.lab.models import Attempt

SCENARIO = """\
kind: Scenario
slug: delivered
title: As delivered
story: A cluster as it came.
plugin: {enforces: false}
namespaces: {one: {}}
pods:
  one/a: {labels: {app: a}, ip: 10.0.0.1}
  one/b: {labels: {app: b}, ip: 10.0.0.2}
arrows: ["one/a -> one/b:80", "one/b -> one/a:80"]
"""
EXERCISE = """\
kind: Exercise
slug: switch-it
title: Have it enforced
scenario: delivered
task: See to it that the policy holds.
changes: plugin
starter: |
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: shut, namespace: one}
  spec: {podSelector: {matchLabels: {app: b}}}
plugin: {enforces: true}
wrong:
- name: pings alone
  plugin: {ping: always-allowed}
  tooOpen: ["one/a -> one/b:80"]
"""
LESSON = """\
kind: Lesson
slug: switch
title: Switch
module: 2
position: 90
summary: Who enforces it.
exercise: switch-it
body: Somebody must.
read: [cni, network-policies]
"""
PAGE = "/lab/switch/"
ON = {"policy": "", "plugin-enforces": "true", "plugin-ping": "undefined"}


def load_lesson(folder: Path, lesson: str = LESSON) -> Client:
    """A learner where the only lesson is this one, about the plugin."""
    for kind, text in {"scenarios": SCENARIO, "exercises": EXERCISE, "lessons": lesson}.items():
        (folder / kind).mkdir(exist_ok=True)
        slug = text.split("slug: ")[1].split("\n")[0]
        (folder / kind / f"{slug}.yaml").write_text(text)
    found = read_folder(folder)
    assert not found.faults, "\n".join(map(str, found.faults))
    load(found.files)
    return Client()


@pytest.fixture
def eve(db: None, tmp_path: Path) -> Client:
    """A learner who switches the plugin."""
    return load_lesson(tmp_path)


def posted(client: Client, where: str, **data: str) -> str:
    return client.post(PAGE + where, data).content.decode()


def test_the_page_shows_the_switch_as_delivered(eve: Client) -> None:
    page = eve.get(PAGE).content.decode()
    assert 'name="plugin-enforces" value="false" checked' in page
    assert 'name="plugin-enforces" value="true" autocomplete' in page
    assert 'name="plugin-ping"' in page
    assert 'name="plugin-hostNetwork"' not in page
    assert "readonly" in page.partition('id="policy"')[2][:400]
    assert "<strong>Not enforced.</strong>" in page


def test_switching_it_on_solves_it(eve: Client) -> None:
    page = posted(eve, "submit", **ON)
    assert "Solved." in page
    attempt = Attempt.objects.get()
    assert (attempt.solved, attempt.plugin, attempt.labels) == (True, '{"enforces":true}', "")
    assert "name: shut" in attempt.text
    again = eve.get(PAGE).content.decode()
    assert 'name="plugin-enforces" value="true" checked' in again
    assert "Solved." in again
    assert 'value="false" checked' in eve.get(f"{PAGE}?start=over").content.decode()


def test_another_setting_does_not(eve: Client) -> None:
    page = posted(eve, "submit", policy="", **{"plugin-ping": "always-allowed"})
    assert "Not yet" in page
    assert Attempt.objects.get().plugin == '{"ping":"always-allowed"}'


@pytest.mark.parametrize("text", ["{", '{"enforces": 1}', '{"hostNetwork": "as-node"}', "null\0"])
def test_what_the_exercise_does_not_offer_is_not_kept(eve: Client, text: str) -> None:
    page = posted(eve, "submit", policy="", plugin=text)
    assert "Not yet" in page
    assert Attempt.objects.get().plugin == ""


def test_the_picture_follows_the_switch_and_writes_nothing(eve: Client) -> None:
    page = posted(eve, "evaluate", **ON)
    assert "<strong>Not enforced.</strong>" not in page
    assert "Every arrow is as the task wants it." in page
    assert not Attempt.objects.exists()


def test_the_terminal_dials_in_the_switched_cluster(eve: Client) -> None:
    def run(line: str, **switch: str) -> str:
        data = {"policy": "", "line": line, "namespace": "one", **switch}
        return posted(eve, "terminal", **data)

    dial = "k exec a -- nc -zv -w 2 10.0.0.2 80"
    assert "10.0.0.2 (10.0.0.2:80) open" in run(dial)
    assert "(10.0.0.2:80) open" not in run(dial, **ON)
    assert "this exercise fixes its policies" in run("k delete netpol shut", **ON)
    page = run("k label pod a x=y", **ON)
    assert "this exercise fixes its labels" in page
    assert "change the policies" not in page
    assert 'name="plugin-enforces" value="true" checked' in page


def test_the_history_names_the_setting(eve: Client) -> None:
    posted(eve, "submit", policy="")
    posted(eve, "submit", **ON)
    last = Attempt.objects.latest("id")
    page = eve.get(f"{PAGE}history/{last.pk}").content.decode()
    assert "NetworkPolicies: are enforced" in page
    assert "This edit closed one/a → one/b" in page
    assert "Take these settings back" in page
    assert "checked" in eve.get(f"{PAGE}?attempt={last.pk}").content.decode()


def test_the_solution_is_not_in_the_page_until_asked_for(eve: Client) -> None:
    button = 'value="{&quot;enforces&quot;:true}" formaction'
    assert button not in eve.get(PAGE).content.decode()
    assert button in posted(eve, "hint", policy="", step="1")


def test_a_switch_counts_for_nothing_elsewhere(ana: Client) -> None:
    ana.post("/lab/api-to-db/submit", {"policy": "# none", "plugin": '{"enforces":false}'})
    assert Attempt.objects.get().plugin == ""


def test_the_docs_that_a_lesson_names_are_linked(eve: Client) -> None:
    page = eve.get(PAGE).content.decode()
    where = "https://kubernetes.io/docs/concepts/services-networking/network-policies/"
    assert f'<a href="{where}" rel="noopener external" target="_blank">Network Policies' in page
