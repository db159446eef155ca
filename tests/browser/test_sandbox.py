"""The sandbox in Chromium: built by forms, typed into, pasted, shared; with JavaScript and without."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, width
from tests.browser.conftest import FreshPage
from tests.lab.sandbox.conftest import DENY_ALL
from tests.lab.sandbox.test_import import DUMP, KUBECONFIG

pytestmark = pytest.mark.usefixtures("course")

URL = "/sandbox/"
KEY = "netpol-lab-sandbox"


def start(page: Page, name: str = "Three tiers, two namespaces") -> None:
    page.goto(URL)
    page.get_by_role("button", name=name).first.click()
    expect(page.locator("#notes")).to_contain_text(f"Started from {name}.")


def add(page: Page, kind: str, **fields: str) -> None:
    page.get_by_role("button", name=f"+ {kind}").click()
    panel = page.locator("#panel")
    for name, value in fields.items():
        panel.get_by_label(name, exact=True).fill(value)
    panel.get_by_role("button", name="Add").click()
    expect(page.locator("#notes")).to_contain_text(re.compile(rf"Added .*{fields['Name']}\."))


def arrow(page: Page, name: str) -> str:
    return page.locator(f'.topology-wide [data-arrow="{name}"]').get_attribute("class") or ""


def test_a_cluster_is_built_by_forms_and_a_policy_turns_its_arrows(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sandbox", exact=True).click()
    expect(page.get_by_role("heading", name="No pods yet")).to_be_visible()
    page.get_by_role("button", name="+ Namespace").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("prod")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("Added namespace prod.")
    expect(page.locator("#live")).to_have_text("Added namespace prod.")
    add(page, "Pod", Name="web", Labels="app=web")
    add(page, "Pod", Name="db", Labels="app=db", Ports="5432")
    expect(page.locator("#cell-0-1-5432-tcp")).to_have_text("✓ 5432")
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-0-1-5432-tcp")).to_have_text("✕ 5432")
    assert "arrow-denied" in arrow(page, "0-1-5432-tcp")
    expect(page.locator("#live")).to_contain_text("is now denied at both gates")
    page.locator('.topology-wide [data-arrow="0-1-5432-tcp"] .label').click()
    expect(page.locator(".why")).to_contain_text("prod/web → prod/db : 5432 is denied")
    expect(page.locator("#listing .decides")).to_have_count(1)
    page.get_by_role("button", name="Undo: added pod prod/db").click()
    expect(page.locator("#notes")).to_contain_text("Undone")
    expect(page.locator("#cell-0-1-5432-tcp")).to_have_count(0)
    expect(page.locator("#policy")).to_have_value(DENY_ALL)


def test_undo_goes_back_step_by_step_and_redo_comes_again(page: Page) -> None:
    start(page)
    for name in ("one", "two", "three"):
        add(page, "Pod", Name=name)
    here = page.locator("#cluster .thing", has_text=re.compile("one|two|three|four"))
    page.get_by_role("button", name="Undo: added pod prod/three").click()
    page.get_by_role("button", name="Undo: added pod prod/two").focus()
    for name, left in (("two", 1), ("one", 0)):
        expect(page.get_by_role("button", name=f"Undo: added pod prod/{name}")).to_be_focused()
        page.keyboard.press("Enter")
        expect(here).to_have_count(left)
    page.get_by_role("button", name="Undo: started from").click()
    expect(page.get_by_role("heading", name="No pods yet")).to_be_visible()
    expect(page.get_by_role("button", name="Redo: started from")).to_be_focused()
    page.keyboard.press("Enter")
    for name, more in (("one", 1), ("two", 2)):
        page.get_by_role("button", name=f"Redo: added pod prod/{name}").click()
        expect(here).to_have_count(more)
    # Another change takes the place of what was undone.
    add(page, "Pod", Name="four")
    expect(page.get_by_role("button", name=re.compile("^Redo"))).to_have_count(0)
    page.get_by_role("button", name="Undo: added pod prod/four").click()
    page.get_by_role("button", name="Undo: added pod prod/two").click()
    expect(here).to_have_text([re.compile("one")])


def test_a_pick_right_after_an_answer_is_not_lost(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    page.evaluate(  # before htmx has taken the new editor over
        "document.body.addEventListener('htmx:afterRequest',"
        " () => document.getElementById('cell-1-2-3306-tcp').click(), { once: true })"
    )
    page.get_by_role("button", name="Add a text of policies").click()
    expect(page.locator(".why")).to_contain_text("is denied")


def test_a_faulty_field_is_said_and_kept(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="+ Pod").click()
    page.get_by_label("Name", exact=True).fill("Web")
    page.locator("#panel").get_by_role("button", name="Add").click()
    expect(page.locator("#panel .wrong")).to_contain_text("RFC 1123")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Web")
    page.get_by_label("Name", exact=True).press("Escape")
    expect(page.locator("#panel")).to_have_count(0)


def test_a_refused_text_keeps_the_picture(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    page.locator("#policy").fill(DENY_ALL.replace("podSelector", "podselector"))
    expect(page.locator("#feedback")).to_contain_text("Did you mean podSelector?")
    expect(page.locator("#result .stale")).to_be_visible()
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    expect(page.locator("#tab-0")).to_contain_text("✕")


def test_texts_stand_in_tabs(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    page.get_by_role("button", name="Add a text of policies").click()
    expect(page.locator("#tab-1")).to_have_attribute("aria-current", "true")
    expect(page.locator("#policy")).to_have_value("")
    page.locator("#cell-3-2-3306-tcp").click()
    expect(page.locator(".why")).to_contain_text("The lines that decide, policies")
    page.locator(".lines button").first.click()
    expect(page.locator("#policy")).to_have_value(DENY_ALL)


def test_the_smallest_edit_is_put_into_the_text(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL.replace("[Ingress, Egress]", "[Ingress]"))
    page.locator("#cell-1-2-3306-tcp.denied").click()
    page.get_by_role("button", name="Show the smallest edit").click()
    expect(page.locator("#flip")).to_be_focused()
    page.get_by_role("button", name="Put it into the text").click()
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✓ 3306")
    expect(page.locator("#policy")).to_have_value(re.compile("ingress:"))


def test_switches_and_filters_answer_at_once(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#matrix .cell.denied").first).to_be_visible()
    page.get_by_label("From", exact=True).select_option("staging")
    expect(page.locator("#matrix tbody tr")).to_have_count(2)
    page.get_by_label("Verdict").select_option("allowed")
    expect(page.locator("#matrix .cell.denied")).to_have_count(0)
    page.get_by_label("Port", exact=True).fill("ping")
    expect(page.locator("#matrix .cell").first).to_have_text("✓ ping")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#matrix tbody tr")).to_have_count(6)
    page.get_by_text("Network plugin").click()
    page.get_by_label("It enforces nothing").check()
    expect(page.locator(".banner")).to_contain_text("Not enforced.")
    expect(page.locator("#matrix .cell.not-enforced")).to_have_count(30)


def test_a_remembered_state_is_compared_with(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="Remember this state").click()
    expect(page.locator("#comparison")).to_contain_text("Nothing differs.")
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#comparison")).to_contain_text("closed: prod/web → prod/api : every port")
    page.get_by_label("Only what changed").check()
    expect(page.locator("#matrix .cell.moved").first).to_be_visible()
    expect(page.locator("#matrix .cell:not(.moved)")).to_have_count(0)
    page.get_by_role("button", name="Back to the remembered state").click()
    expect(page.locator("#policy")).to_have_value("")


def test_a_pasted_cluster_is_read_and_a_kubeconfig_is_not(page: Page, tmp_path: Path) -> None:
    page.goto(URL)
    page.get_by_role("button", name="Paste a cluster").click()
    page.get_by_label("What kubectl printed").fill(KUBECONFIG)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#import .wrong")).to_contain_text("This is a kubeconfig")
    expect(page.get_by_label("What kubectl printed")).to_have_value("")
    assert "canary-token" not in page.content()
    (tmp_path / "dump.yaml").write_text(DUMP)
    page.get_by_label("or a file").set_input_files(tmp_path / "dump.yaml")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#notes")).to_contain_text("Read 1 namespace, 2 pods, 1 Service, 1 policy.")
    expect(page.locator("#tab-0")).to_have_text("shop/db")
    expect(page.locator("#policy")).to_have_value(re.compile("name: db"))
    assert "arrow-allowed" in arrow(page, "0-1-5432-tcp")


def test_a_kubeconfig_in_the_editor_is_taken_out_of_it(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(KUBECONFIG)
    expect(page.locator("#notes")).to_contain_text("This is a kubeconfig")
    expect(page.locator("#policy")).to_have_value("")
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    assert "canary-token" not in page.evaluate(f"localStorage.getItem('{KEY}')")


def test_a_press_during_another_waits_for_it(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="+ Pod").click()
    page.get_by_label("Name", exact=True).fill("cache")
    page.evaluate(
        "for (const id of ['save-panel', 'add-host']) document.getElementById(id).click()"
    )
    expect(page.locator("#panel legend")).to_have_text("New host outside the cluster")
    expect(page.locator("#cluster .thing", has_text="cache")).to_be_visible()


# ── links, and what the browser keeps ──


def test_a_link_carries_the_whole_sandbox_and_no_address_that_is_asked_for_holds_it(
    page: Page, fresh_page: FreshPage
) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    page.get_by_text("Share or download").click()
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label("Link", exact=True)
    expect(field).to_have_value(re.compile(r"^http://[^/]+/sandbox/#s1\.[\w-]{200,4000}$"))
    link = field.input_value()
    other = fresh_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    expect(other.locator("#policy")).to_have_value(DENY_ALL)
    expect(other.locator("#notes")).to_contain_text("Opened from a link.")
    expect(other.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    assert not any("s1." in url for url in asked)
    other.locator("#policy").fill("")
    expect(other.locator("#cell-1-2-3306-tcp")).to_have_text("✓ 3306")
    assert "#" not in other.url  # the link is that of another state now


@pytest.mark.parametrize("link", ["#s1.AAAA", "#s1.%%%", "#s9.abc"])
def test_a_damaged_link_is_said(page: Page, link: str) -> None:
    page.goto(URL + link)
    expect(page.locator("#notice")).to_contain_text("damaged or not complete")
    expect(page.get_by_role("heading", name="No pods yet")).to_be_visible()


def test_a_link_that_unpacks_to_a_flood_is_not_followed(page: Page) -> None:
    page.goto(URL)
    flood = page.evaluate(
        """async () => {
          const zeros = new Blob([new Uint8Array(64_000_000)]).stream();
          const packed = await new Response(zeros.pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
          return btoa(String.fromCharCode(...new Uint8Array(packed))).replaceAll('+', '-').replaceAll('/', '_');
        }"""
    )
    assert len(flood) < 100_000
    page.goto(f"{URL}#s1.{flood}")
    expect(page.locator("#notice")).to_contain_text("damaged or not complete")


def test_the_sandbox_survives_a_reload(page: Page) -> None:
    start(page)
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    page.goto(URL)
    expect(page.locator("#notes")).to_contain_text("This is what you had here")
    expect(page.locator("#policy")).to_have_value(DENY_ALL)
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    kept = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))
    assert kept["policies"][0]["text"] == DENY_ALL


def test_a_server_that_is_away_costs_nothing(page: Page, console_errors: list[str]) -> None:
    start(page)
    page.route("**/evaluate", lambda route: route.abort())
    page.locator("#policy").fill(DENY_ALL)
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    page.unroute("**/evaluate")
    page.get_by_role("button", name="Show the arrows").click()
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")
    expect(page.locator("#notice")).to_be_empty()
    console_errors.clear()  # the refused request itself


def test_manifests_are_downloaded(page: Page, tmp_path: Path) -> None:
    start(page)
    page.get_by_text("Share or download").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Manifests and verify.sh (ZIP)").click()
    assert caught.value.suggested_filename == "sandbox.zip"
    with page.expect_download() as caught:
        page.get_by_role("button", name="Manifests for kubectl apply").click()
    path = tmp_path / "sandbox.yaml"
    caught.value.save_as(path)
    assert "kind: Namespace" in path.read_text()
    page.locator("#policy").fill(DENY_ALL)  # the page still answers
    expect(page.locator("#cell-1-2-3306-tcp")).to_have_text("✕ 3306")


# ── sixty pods ──


def sixty() -> str:
    """A dump of sixty pods in four namespaces, each with a label of its own."""
    items = [f"- apiVersion: v1\n  kind: Namespace\n  metadata: {{name: n{n}}}\n" for n in range(4)]
    items += [
        f"- apiVersion: v1\n  kind: Pod\n  metadata: {{name: p{n}, namespace: n{n % 4}, "
        f"labels: {{app: a{n % 5}, id: i{n}}}}}\n"
        f"  spec: {{containers: [{{name: c, ports: [{{containerPort: 80}}]}}]}}\n"
        f"  status: {{podIP: 10.3.0.{n + 1}}}\n"
        for n in range(60)
    ]
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(items)


def test_sixty_pods_stay_usable(page: Page) -> None:
    page.goto(URL)
    page.get_by_role("button", name="Paste a cluster").click()
    page.get_by_label("What kubectl printed").fill(sixty())
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#matrix .sum")).to_have_count(16)
    expect(page.locator("#result")).to_contain_text("60 are in sight")
    page.get_by_role("button", name=re.compile("^n1 to n2")).click()
    expect(page.locator("#matrix .cell")).to_have_count(225)
    head = page.locator("#matrix thead th").nth(5)
    first = page.locator("#matrix .cell").first
    first.focus()
    for key in ("End", "ArrowDown", "ArrowLeft", "Home", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#matrix tbody tr").nth(2).locator(".cell").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("is allowed")
    page.locator("#matrix .cell").last.scroll_into_view_if_needed()
    expect(head).to_be_in_viewport()  # heads stay while one scrolls
    expect(page.locator("#matrix tbody th").last).to_be_in_viewport()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#matrix .sum")).to_have_count(16)
    page.get_by_label("From: part of a name or label").fill("id=i7")
    expect(page.locator("#matrix tbody tr")).to_have_count(1)


# ── for everyone ──


def test_the_main_job_without_javascript(plain_page: Page, tmp_path: Path) -> None:
    page = plain_page
    page.goto(URL)
    page.get_by_role("button", name="+ Namespace").click()
    page.get_by_label("Name", exact=True).fill("prod")
    page.get_by_label("Name", exact=True).press("Enter")
    add(page, "Pod", Name="web", Labels="app=web")
    add(page, "Pod", Name="db", Labels="app=db", Ports="5432")
    page.locator("#policy").fill(DENY_ALL)
    page.get_by_role("button", name="Show the arrows").click()
    page.locator("#cell-0-1-5432-tcp").click()
    expect(page.locator(".why")).to_contain_text("prod/web → prod/db : 5432 is denied")
    page.get_by_role("button", name=re.compile("^Undo: added pod")).click()
    expect(page.locator("#matrix")).to_contain_text("0 of 0 connections")
    page.get_by_role("button", name=re.compile("^Redo: added pod")).click()
    page.get_by_text("Share or download").click()
    expect(page.get_by_role("button", name="Make a link")).to_be_hidden()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save as a file").click()
    path = tmp_path / "sandbox.json"
    caught.value.save_as(path)
    page.goto(URL)
    page.get_by_role("button", name="Paste a cluster").click()
    page.get_by_label("or a file").set_input_files(path)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#policy")).to_have_value(DENY_ALL)
    expect(page.locator("#cell-0-1-5432-tcp")).to_have_text("✕ 5432")


def test_by_keyboard_alone(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="+ Pod").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("cache")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("Added pod prod/cache.")
    expect(page.get_by_role("button", name="+ Pod")).to_be_focused()
    page.locator("#policy").focus()
    page.keyboard.insert_text(DENY_ALL)
    expect(page.locator("#matrix .cell.denied").first).to_be_visible()
    expect(page.locator("#policy")).to_be_focused()
    page.keyboard.press("Tab")  # no trap
    expect(page.get_by_role("button", name="Show the arrows")).to_be_focused()


@pytest.mark.parametrize("state", ["forms", "import", "sixty"])
def test_axe_finds_no_violation(page: Page, state: str) -> None:
    page.goto(URL)
    if state == "forms":
        start(page)
        page.get_by_role("button", name="Remember this state").click()
        expect(page.locator("#comparison")).to_be_visible()
        page.locator("#policy").fill(DENY_ALL)
        expect(page.locator("#matrix .cell.denied").first).to_be_visible()
        page.locator("#cell-3-2-3306-tcp").click()
        expect(page.locator(".why")).to_contain_text("is denied")
        page.locator("#policy").fill(DENY_ALL.replace("spec:", "spek:"))
        expect(page.locator(".problems")).to_be_visible()
        page.get_by_text("Network plugin").click()
        page.get_by_text("Share or download").click()
        page.get_by_role("button", name="+ Service").click()
        expect(page.locator("#panel")).to_be_visible()
        page.locator("#save-panel").click()
        expect(page.locator("#panel .wrong")).to_be_visible()
    if state in ("import", "sixty"):
        page.get_by_role("button", name="Paste a cluster").click()
        page.get_by_label("What kubectl printed").fill(sixty() if state == "sixty" else KUBECONFIG)
        page.get_by_role("button", name="Read it").click()
        expect(page.locator("#matrix .sum, #import .wrong").first).to_be_visible()
    axe(page, state)


def test_nothing_overflows_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    start(page)
    page.get_by_role("button", name="+ Service").click()
    expect(page.locator("#panel")).to_be_visible()
    page.get_by_text("Share or download").click()
    assert width(page) <= 360
    expect(page.locator(".topology-upright")).to_be_visible()
