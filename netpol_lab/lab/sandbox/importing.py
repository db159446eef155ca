"""What somebody pastes or uploads → a state: a cluster as kubectl prints it, or a saved sandbox.

Read as text and dropped: only names, labels, addresses, ports and policies go into the state. A
kubeconfig is refused before anything of it is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.kubeconfig import KUBECONFIG, holds_kubeconfig
from netpol_lab.lab.sandbox.documents import read_cluster, written
from netpol_lab.lab.sandbox.state import (
    MOST_STATE,
    MOST_TABS,
    Setup,
    State,
    Tab,
    read_state,
    tab_name,
)
from simulator.limits import PASTED, SUBMISSION
from simulator.manifest import manifest
from simulator.model import NetworkPolicy, Problem
from simulator.snapshot import Snapshot, read_snapshot

#: So many policies get a tab each; more share one with their namespace's.
MOST_SINGLE_TABS = 12


@dataclass(frozen=True, slots=True)
class Imported:
    """A state, or what is wrong; `notes` say what was left out of one that was taken."""

    state: State | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read_import(data: bytes | str) -> Imported:
    """Read what was pasted or uploaded. Never raises, and keeps nothing of what it refuses."""
    text = _text(data)
    if text is None:
        return _refused(_("this is no text in UTF-8"))
    if not text.strip():
        return _refused(_("there is nothing to read: paste a text, or choose a file"))
    if len(data) > (PASTED.size or 0):
        most = (PASTED.size or 0) // 1024
        return _refused(
            _("the text is larger than %(most)s KiB") % {"most": f"{most:,}"}, limit="size"
        )
    if holds_kubeconfig(text):
        return _refused(KUBECONFIG, limit="kubeconfig")
    if len(text) <= MOST_STATE and text.lstrip().startswith('{"sandbox"'):
        return _saved(text)
    return _cluster(text)


def _refused(message: str, *, limit: str = "") -> Imported:
    return Imported(None, (Problem(message, limit=limit),))


def _text(data: bytes | str) -> str | None:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _saved(text: str) -> Imported:
    reading = read_state(text)
    return Imported(None if reading.problems else reading.state, reading.problems)


# ── A cluster as kubectl prints it ───────────────────────────────────────────────────────────


def _cluster(text: str) -> Imported:
    own = read_cluster(text) if text.lstrip().startswith("kind: Scenario") else None
    if own is not None:
        state = State(Setup(own.scenario, (Tab("policies"),))) if own.scenario else None
        return Imported(state, own.problems)
    snapshot = read_snapshot([("pasted", text)], limits=PASTED)
    problems = tuple(each.problem for each in snapshot.problems)
    cluster = snapshot.cluster
    if not cluster.endpoints and not cluster.namespaces:
        nothing = Problem(
            _("no Namespace, Pod, Service or NetworkPolicy was found"),
            hint=_("Paste the whole output of: kubectl get ns,pods,svc,netpol -A -o yaml"),
        )
        return Imported(None, problems or (nothing,))
    reading = read_cluster(written(cluster, ()))
    if reading.scenario is None:
        return Imported(None, (*problems, *reading.problems))
    tabs = _tabs(snapshot.policies)
    if tabs is None:
        return _refused(
            _("its policies do not fit into %(most)s texts") % {"most": MOST_TABS}, limit="policies"
        )
    scenario = replace(reading.scenario, title="Imported cluster")
    return Imported(State(Setup(scenario, tabs)), problems, tuple(_notes(snapshot)))


def _tabs(policies: Sequence[NetworkPolicy]) -> tuple[Tab, ...] | None:
    """A tab for each policy, or for each namespace's; None where even that is too much."""
    if not policies:
        return (Tab("policies"),)
    if len(policies) <= MOST_SINGLE_TABS:
        return tuple(Tab(tab_name(f"{p.namespace}/{p.name}"), manifest(p)) for p in policies)
    by_space: dict[str, list[str]] = {}
    for policy in policies:
        by_space.setdefault(policy.namespace, []).append(manifest(policy))
    tabs = tuple(tab for space, texts in by_space.items() for tab in _of_space(space, texts))
    return tabs if len(tabs) <= MOST_TABS else None


def _of_space(space: str, texts: Sequence[str]) -> list[Tab]:
    """The texts of a namespace's policies, as many to a tab as one may hold."""
    tabs: list[list[str]] = [[]]
    for text in texts:
        size = sum(map(len, tabs[-1])) + len(text)
        if len(tabs[-1]) >= (SUBMISSION.policies or 50) or size > (SUBMISSION.size or 0) // 2:
            tabs.append([])
        tabs[-1].append(text)
    names = [space, *(f"{space} {number}" for number in range(2, len(tabs) + 1))]
    joined = ("---\n".join(each) for each in tabs)
    return [Tab(tab_name(name), text) for name, text in zip(names, joined, strict=True)]


def _notes(snapshot: Snapshot) -> list[str]:
    cluster = snapshot.cluster
    counts = (
        (len(cluster.namespaces), "namespace"),
        (len(cluster.pods), "pod"),
        (len(cluster.services), "Service"),
        (len(snapshot.policies), "policy"),
    )
    read = ", ".join(_counted(number, noun) for number, noun in counts)
    notes = [f"Read {read}."]
    if snapshot.skipped:
        left = ", ".join(f"{number} {kind}" for kind, number in snapshot.skipped[:8])
        notes.append(_("Left out, because policies do not look at it: %(left)s.") % {"left": left})
    if any(service.published for service in cluster.services):
        notes.append(_("Addresses of load balancers and externalIPs were left out."))
    nameless = [pod for pod in cluster.pods if not pod.addresses]
    if nameless:
        notes.append(f"{_counted(len(nameless), 'pod')} without an address: no ipBlock covers it.")
    return notes


def _counted(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{number} {noun}s"
