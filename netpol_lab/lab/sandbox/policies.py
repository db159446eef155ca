"""The texts of policies: each read by itself, all of them in force together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.sandbox.kinds import steps_of
from netpol_lab.lab.sandbox.state import Setup, State, Tab
from netpol_lab.lab.texts import Line, ProblemView, problem_views
from simulator.explain import Explanation
from simulator.limits import SUBMISSION
from simulator.model import (
    Connection,
    Mark,
    NetworkPolicy,
    Problem,
    Rule,
    Selector,
    Severity,
    Verdict,
)
from simulator.parse import Reading, read_policies
from simulator.scenario import Scenario
from simulator.selectors import matches
from simulator.words import clip

#: What one answer may cost, in comparisons of a rule's entry with a pair of unlike endpoints. The
#: matrix takes far fewer, and texts are bounded: 970 million were measured at 0.7 s.
MOST_STEPS = 1_000_000_000
MOST_POLICIES = 300
#: Characters of all texts together: a tab is a submission, forty of them are a book.
MOST_TEXT = 256 * 1024


@dataclass(frozen=True, slots=True)
class TabReading:
    """One tab: its problems, whether they refuse it, and the policies that are in force for it."""

    tab: Tab
    problems: tuple[Problem, ...] = ()
    policies: tuple[NetworkPolicy, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the text as it stands would be refused."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Policies:
    """All tabs together; `refusal` says that they cost too much, and nothing is then in force."""

    tabs: tuple[TabReading, ...]
    refusal: Problem | None = None

    @property
    def in_force(self) -> tuple[NetworkPolicy, ...]:
        """The policies that the cluster holds; of one applied twice, the last counts."""
        if self.refusal is not None:
            return ()
        applied = {(p.namespace, p.name): p for tab in self.tabs for p in tab.policies}
        return tuple(applied.values())


def read_setup(setup: Setup, like: Policies | None = None) -> Policies:
    """The policies of a setup, with everything that is wrong with them.

    `like` are those of a setup with the same namespaces: reading is dear, so its texts are not
    read again. What is said of a text may then be what was said of it there.
    """
    if sum(len(tab.text) + len(tab.good or "") for tab in setup.tabs) > MOST_TEXT:
        message = _("the policies' texts have more than %(most)s characters together") % {
            "most": f"{MOST_TEXT:,}"
        }
        return Policies(tuple(map(TabReading, setup.tabs)), Problem(message, limit="size"))
    known = {each.tab: each for each in like.tabs} if like and not like.refusal else {}
    read = [known.get(tab) or _read_tab(tab, setup.scenario) for tab in setup.tabs]
    policies = Policies(tuple(_with_repeats(read)))
    fault = _too_much(setup, policies.in_force)
    return replace(policies, refusal=fault) if fault else policies


def _too_much(setup: Setup, policies: Sequence[NetworkPolicy]) -> Problem | None:
    """Why so many policies, or such, are not evaluated; None for all that people write."""
    hint = _("kubectl would take them; this lab's limit keeps everybody's answers quick.")
    if len(policies) > MOST_POLICIES:
        message = _("these are %(number)s policies; at most %(most)s are evaluated") % {
            "number": f"{len(policies):,}",
            "most": MOST_POLICIES,
        }
        return Problem(message, hint=hint, limit="policies")
    asked = steps_of(setup.scenario.cluster, policies)
    if asked <= MOST_STEPS:
        return None
    message = _("these policies take %(number)s steps to evaluate; at most %(most)s are taken") % {
        "number": f"{asked:,}",
        "most": f"{MOST_STEPS:,}",
    }
    return Problem(message, hint=hint, limit="steps")


def _read_tab(tab: Tab, scenario: Scenario) -> TabReading:
    reading = _read(tab.text, scenario)
    if _empty(reading):
        return TabReading(tab)
    problems = (*reading.problems, *_idle(scenario, reading))
    if reading.accepted:
        return TabReading(tab, problems, reading.policies)
    kept = _read(tab.good, scenario).policies if tab.good else ()
    return TabReading(tab, problems, kept)


def _empty(reading: Reading) -> bool:
    """Whether a text holds nothing, or nothing but comments: no fault in a sandbox."""
    return any(problem.message.startswith("no objects") for problem in reading.errors)


def _read(text: str, scenario: Scenario) -> Reading:
    spaces = scenario.cluster.namespace_names
    return read_policies(text, namespaces=spaces, version=scenario.kubernetes, limits=SUBMISSION)


def _idle(scenario: Scenario, reading: Reading) -> Iterator[Problem]:
    """Policies that select no pod: accepted, and without any effect."""
    if not scenario.cluster.pods or not reading.accepted:
        return
    for policy in reading.policies:
        here = [pod for pod in scenario.cluster.pods if pod.namespace == policy.namespace]
        if not any(matches(policy.pod_selector, pod.labels) for pod in here):
            message = _("%(policy)s selects no pod of %(namespace)s: it isolates nobody") % {
                "policy": clip(policy.name),
                "namespace": policy.namespace,
            }
            hint = _("Compare spec.podSelector with the labels of the pods to protect.")
            mark = policy.pod_selector.mark or policy.mark
            yield Problem(message, mark, "spec.podSelector", hint, Severity.WARNING)


def _with_repeats(tabs: Sequence[TabReading]) -> Iterator[TabReading]:
    """A warning where a tab applies a policy that an earlier tab has applied."""
    seen: dict[tuple[str, str], str] = {}
    for each in tabs:
        found = []
        for policy in each.policies:
            key = policy.namespace, policy.name
            if key in seen:
                message = _("%(policy)s is also in %(text)s") % {
                    "policy": f"{policy.namespace}/{policy.name}",
                    "text": clip(seen[key]),
                }
                hint = _("Applied one after the other, the last text counts: this one.")
                found.append(Problem(message, policy.mark, "", hint, Severity.WARNING))
        seen |= {(p.namespace, p.name): each.tab.name for p in each.policies}
        yield replace(each, problems=(*each.problems, *found))


# ── What stays in force while a text is refused ──────────────────────────────────────────────


def settled(state: State, old: str) -> State:
    """The state with its open tab's last good text kept, where the new one is refused.

    `old` is the text of that tab in the last answer.
    """
    tab, scenario = state.tab, state.now.scenario
    reading = _read(tab.text, scenario)
    if reading.accepted or _empty(reading):
        return _with_good(state, None)
    good = old if tab.good is None else tab.good
    known = bool(good.strip()) and _read(good, scenario).accepted
    return _with_good(state, good if known else "")


def _with_good(state: State, good: str | None) -> State:
    tabs = list(state.now.tabs)
    tabs[state.open] = replace(state.tab, good=good)
    return state.with_tabs(tuple(tabs), state.open)


# ── Places in the texts ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TabLines:
    """The lines of one tab that decide; `number` is the tab's place, `open` whether it is shown."""

    number: int
    name: str
    open: bool
    lines: tuple[Line, ...]


def deciding(
    state: State, policies: Policies, given: Verdict | Connection, explanation: Explanation
) -> tuple[TabLines, ...]:
    """The lines that an explanation speaks of, by the tab that they stand in."""
    verdicts = given.verdicts if isinstance(given, Connection) else (given,)
    if isinstance(given, Connection) and given.look_up:
        verdicts += given.look_up.verdicts
    asked = {id(e.policy) for v in verdicts for gate in v.gates for e in gate.effects}
    spoken = {id(mark) for gate in explanation.gates for mark in gate.marks}
    found = []
    for number, each in enumerate(policies.tabs):
        marks = [m for p in each.policies if id(p) in asked for m in _marks(p)]
        numbers = sorted({mark.line for mark in marks if id(mark) in spoken})
        rows = each.tab.in_force.split("\n")
        lines = tuple(Line(n, rows[n - 1], "decides") for n in numbers if n <= len(rows))
        if lines:
            found.append(TabLines(number, each.tab.name, number == state.open, lines))
    return tuple(found)


def _marks(policy: NetworkPolicy) -> Iterator[Mark]:
    for mark in (policy.mark, *_selector_marks(policy.pod_selector)):
        if mark is not None:
            yield mark
    for rule in policy.ingress + policy.egress:
        yield from (mark for mark in _rule_marks(rule) if mark is not None)


def _rule_marks(rule: Rule) -> Iterator[Mark | None]:
    yield rule.mark
    yield from (port.mark for port in rule.ports)
    for peer in rule.peers:
        yield peer.mark
        yield from _selector_marks(peer.pod_selector)
        yield from _selector_marks(peer.namespace_selector)
        yield peer.ip_block.mark if peer.ip_block else None


def _selector_marks(selector: Selector | None) -> Iterator[Mark | None]:
    if selector is not None:
        yield selector.mark
        yield from (requirement.mark for requirement in selector.requirements)


@dataclass(frozen=True, slots=True)
class TabProblems:
    """The problems of one tab, drawn."""

    number: int
    name: str
    refused: bool
    views: tuple[ProblemView, ...]


def tab_problems(policies: Policies) -> tuple[TabProblems, ...]:
    """The tabs that something is to be said of."""
    return tuple(
        TabProblems(
            number,
            each.tab.name,
            each.refused,
            tuple(problem_views(Reading((), each.problems), each.tab.text)),
        )
        for number, each in enumerate(policies.tabs)
        if each.problems
    )
