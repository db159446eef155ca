"""Sandboxes to press buttons in."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from netpol_lab.lab.sandbox.desk import Desk
from netpol_lab.lab.sandbox.documents import read_cluster
from netpol_lab.lab.sandbox.presses import press
from netpol_lab.lab.sandbox.views import BUDGET
from simulator.scenario import Scenario

DENY_ALL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: prod
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""


def fixture_scenario(slug: str) -> Scenario:
    """A published scenario, straight from its file."""
    path = Path(settings.BASE_DIR) / "fixtures" / "scenarios" / f"{slug}.yaml"
    scenario = read_cluster(path.read_text()).scenario
    assert scenario is not None
    return scenario


class Page:
    """A page of the sandbox without a browser: each press brings what the last answer gave."""

    def __init__(self) -> None:
        self.desk = press({})
        self.policy = ""

    def press(self, uploaded: bytes | None = None, **posted: str) -> Desk:
        """Press a button; names with a dash are written with a double underscore."""
        fields = {name.replace("__", "-"): value for name, value in posted.items()}
        self.desk = press({**self.fields, **fields}, uploaded=uploaded, scenarios=lambda: SCENARIOS)
        self.policy = self.desk.state.tab.text
        return self.desk

    @property
    def fields(self) -> Mapping[str, str]:
        """What the page's form holds."""
        step, panel = self.desk.step, self.desk.panel
        return {
            "state": self.desk.text,
            "earlier": step.text if step else "",
            "panel": panel.id if panel else "",
            "policy": self.policy,
            **{f"f-{key}": value for key, value in (panel.fields if panel else {}).items()},
        }

    def add(self, kind: str, **fields: str) -> Desk:
        """Open the panel for a new thing, fill it in and save it."""
        self.press(panel__open=f"{kind}:")
        filled = {f"f__{name}": value for name, value in fields.items()}
        return self.press(None, do="save", **filled)


SCENARIOS = tuple(map(fixture_scenario, ("three-tiers", "a-b-c", "shop-dns")))


@pytest.fixture(autouse=True)
def full_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test pays for the work of others."""
    monkeypatch.setattr(BUDGET, "_spent", OrderedDict())


@pytest.fixture
def page() -> Page:
    """An empty sandbox."""
    return Page()


@pytest.fixture
def tiers(page: Page) -> Page:
    """The three tiers."""
    page.press(start="three-tiers")
    return page
