"""What an attempt changed against the one before: by meaning first, then by its lines.

Pure: texts and labels in, words out. What differs comes from simulator.diff and, for Services and
pings, from the picture's own answers; nothing is decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from netpol_lab.lab.answers import Answer, answer, arrows_of
from netpol_lab.lab.switching import changed_scenario, plugin_words
from netpol_lab.lab.textdiff import LineChange, line_changes
from netpol_lab.lab.texts import read_answer, read_text
from netpol_lab.lab.workbench import State, allowed_state
from simulator.check import Fault
from simulator.diff import Change, Difference, diff, ports_words
from simulator.document import Changeable, Exercise
from simulator.explain import OUTCOME_WORDS
from simulator.mistakes import CATALOGUE
from simulator.model import Dial, Gate, NetworkPolicy, Outcome, Verdict
from simulator.parse import Reading
from simulator.phrases import flow, listed, port_text
from simulator.relabel import check_relabelled, read_changes
from simulator.scenario import Scenario
from simulator.switching import check_switched, settings_of

#: Steps for the exact comparison, some hundredths of a second; then made-up pods are compared.
BUDGET = 60_000
MOST_HERE, MOST_ELSEWHERE, MOST_NAMED = 8, 3, 3
SIGNS = {Change.OPENED: "+", Change.CLOSED: "−", Change.UNDEFINED: "?"}
#: What becomes of a connection, in the order in which a sentence tells it.
WORDS = (
    gettext_noop("opened"),
    gettext_noop("closed"),
    gettext_noop("left undefined"),
    gettext_noop("settled"),
)
_FAULTS = {
    Fault.TOO_OPEN: Change.OPENED,
    Fault.TOO_STRICT: Change.CLOSED,
    Fault.UNDEFINED: Change.UNDEFINED,
}


@dataclass(frozen=True, slots=True)
class Turned:
    """A connection that an edit turned: its word and sign, who to whom on which ports, and why.

    `short` is the same for a sentence that names several.
    """

    change: str  # opened, closed, undefined
    sign: str
    word: str
    flow: str
    short: str
    why: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What lies between two attempts.

    `here` are the scenario's own connections, `elsewhere` those that pods would have which the
    scenario lacks, as far as they differ for another reason; `more` count those not shown.
    """

    summary: str
    here: tuple[Turned, ...] = ()
    more_here: int = 0
    elsewhere: tuple[Turned, ...] = ()
    more_elsewhere: int = 0
    bounds: str = ""  # why there may be more elsewhere
    labels: tuple[str, ...] = ()
    plugin: tuple[str, ...] = ()  # its settings that changed, in words
    lines: tuple[LineChange, ...] = ()


def edit_between(exercise: Exercise, plain: Scenario, old: State, new: State) -> Edit:
    """What the edit from `old` to `new` changed; `old` is a state that was accepted, or no policy.

    A text that the API server refuses changes nothing but itself.
    """
    old, new = allowed_state(exercise, plain, old), allowed_state(exercise, plain, new)
    lines = line_changes(old.text, new.text)
    labels = tuple(_label_words(plain, old, new))
    plugin = _plugin_words(plain, old, new)
    scenario = _scenario(plain, new)
    after = read_answer(new.text, exercise, scenario)
    if not after.accepted:
        return Edit(_refusal(after), lines=lines, labels=labels, plugin=plugin)
    before = read_text(old.text, _scenario(plain, old))
    policies = before.policies if before.accepted else ()
    unlisted = 0
    if exercise.changes is not Changeable.POLICIES:
        found = list(_by_cluster(plain, old, new, after.policies))
    else:
        compared = diff(policies, after.policies, cluster=scenario.cluster)
        found, unlisted = list(compared.differences), compared.many - len(compared.differences)
    here = [*map(_turned, found), *_arrows_turned(plain, (old, policies), (new, after.policies))]
    elsewhere, more, bounds = _elsewhere(policies, after.policies, found)
    return Edit(
        _summary(
            here,
            unlisted,
            others=bool(elsewhere or bounds),
            changed=bool(lines or labels or plugin),
        ),
        tuple(here[:MOST_HERE]),
        max(0, len(here) - MOST_HERE) + unlisted,
        elsewhere,
        more,
        bounds,
        labels,
        plugin,
        lines,
    )


def _refusal(reading: Reading) -> str:
    problem = reading.errors[0]
    place = _(" at line %(line)s") % {"line": problem.mark.line} if problem.mark else ""
    message = problem.message.partition(" (e.g.")[0]
    told = _("This text was refused%(place)s, so nothing changed in the cluster: %(message)s.")
    return told % {"place": place, "message": message}


# ── In the scenario ──────────────────────────────────────────────────────────────────────────


def _by_cluster(
    plain: Scenario, old: State, new: State, policies: Sequence[NetworkPolicy]
) -> Iterator[Difference]:
    """The differences of two labellings, or two plugins, under the same policies."""
    before, after = (_scenario(plain, state).cluster for state in (old, new))
    compare = check_relabelled if before.plugin == after.plugin else check_switched
    for found in compare(after, before, policies, arrows=plain.arrows).differences:
        ends = {end.ref: end for end in before.endpoints}
        asked = replace(
            found.probe,
            source=ends[found.probe.source.ref],
            target=ends[found.probe.target.ref],
        )
        was = answer(before, policies, asked)
        assert isinstance(was, Verdict)
        assert asked.protocol != "ICMP"  # a check compares none
        ports = ((asked.protocol, found.ports),)
        yield Difference(_FAULTS[found.fault], was, found.verdict, ports, found.names, after)


def _turned(difference: Difference) -> Turned:
    """A difference in words, its reason apart from its headline."""
    asked, ports = difference.new.probe, difference.ports
    ends = " → ".join(difference.names)
    where = difference.named_port or ports_words(ports)
    long = _("%(ends)s on %(where)s") % {"ends": ends, "where": where}
    short = _("%(ends)s on some ports") % {"ends": ends}
    spans = [span for _, found in ports for span in found.intervals]
    if where == "every port":
        short = long
    elif spans == [(asked.port, asked.port)] and not difference.named_port:
        long = short = f"{ends} : {port_text(asked)}"
    now, why = difference.sentence.partition(" Now: ")[1:]
    word = _word(difference.change, difference.new.outcome)
    sign = SIGNS[difference.change]
    return Turned(difference.change.value, sign, word, long, short, f"{now}{why}".strip())


def _word(change: Change, now: Outcome) -> str:
    if change is not Change.UNDEFINED:
        return _(change.value)
    return _("left undefined") if now is Outcome.UNDEFINED else _("settled")


_Side = tuple[State, Sequence[NetworkPolicy]]


def _arrows_turned(plain: Scenario, old: _Side, new: _Side) -> Iterator[Turned]:
    """The picture's arrows that no comparison of policies speaks of: to Services, and pings."""
    for was, now in zip(_answers(plain, *old), _answers(plain, *new), strict=True):
        told = isinstance(now.probe, Dial) or now.probe.protocol == "ICMP"
        if told and was.outcome is not now.outcome:
            change = _direction(was.outcome, now.outcome)
            words = {"now": OUTCOME_WORDS[now.outcome], "was": OUTCOME_WORDS[was.outcome]}
            why = _("Now: %(now)s. Before: %(was)s.") % words
            says, word = flow(now.probe), _word(change, now.outcome)
            yield Turned(change.value, SIGNS[change], word, says, says, why)


def _answers(plain: Scenario, state: State, policies: Sequence[NetworkPolicy]) -> Iterator[Answer]:
    scenario = _scenario(plain, state)
    return (answer(scenario.cluster, policies, asked) for asked in arrows_of(scenario))


def _direction(was: Outcome, now: Outcome) -> Change:
    if Outcome.UNDEFINED in (was, now):
        return Change.UNDEFINED
    more = [Outcome.UNREACHABLE, Outcome.NOT_RESOLVED, Outcome.DENIED, Outcome.MIXED]
    rank = {outcome: place for place, outcome in enumerate(more)}
    return Change.OPENED if rank.get(now, 9) > rank.get(was, 9) else Change.CLOSED


# ── Elsewhere ────────────────────────────────────────────────────────────────────────────────


def _elsewhere(
    old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy], known: Iterable[Difference]
) -> tuple[tuple[Turned, ...], int, str]:
    """Over every cluster: what differs for a reason that no connection of the scenario shows."""
    found = diff(old, new, budget=BUDGET)
    shown = {_because(difference) for difference in known}
    novel = [each for each in found.differences if _because(each) not in shown]
    more = len(novel) - MOST_ELSEWHERE
    return tuple(map(_turned, novel[:MOST_ELSEWHERE])), max(0, more), found.reason


def _because(difference: Difference) -> object:
    """Why a connection turned: at each gate that parts the sides, who isolates and what admits."""
    gates = zip(difference.old.gates, difference.new.gates, strict=True)
    parting = [(_stance(old), _stance(new)) for old, new in gates if old.outcome is not new.outcome]
    return difference.change, tuple(parting)


def _stance(gate: Gate) -> object:
    isolating = tuple((effect.policy.namespace, effect.policy.name) for effect in gate.effects)
    admitting = tuple(
        (effect.policy.name, rule.index)
        for effect in gate.effects
        for rule in effect.rules
        if rule.admits
    )
    return gate.direction, isolating, admitting


# ── Words ────────────────────────────────────────────────────────────────────────────────────


def _summary(here: Sequence[Turned], unlisted: int, *, others: bool, changed: bool) -> str:
    """`This edit opened staging/web → prod/db : 3306 and closed 4 connections.`"""
    if unlisted:
        number = len(here) + unlisted
        told = ngettext(
            "This edit changed %(number)s connections.",
            "This edit changed %(number)s connections.",
            number,
        )
        return told % {"number": f"{number:,}"}
    # Two words may be one in another language.
    words = dict.fromkeys(_(word) for word in WORDS)
    parts = [part for word in words if (part := _part(here, word))]
    if parts:
        return _("This edit %(parts)s.") % {"parts": _(", and ").join(parts)}
    if not changed:
        return _("The same text as before.")
    if others:
        return _("Between the pods and hosts of this scenario nothing changed.")
    return _("Nothing changed in meaning: every connection is decided as before.")


def _part(here: Sequence[Turned], word: str) -> str:
    flows = [turned.short for turned in here if turned.word == word]
    if not flows:
        return ""
    if len(flows) > MOST_NAMED:
        return _("%(word)s %(number)s connections") % {"word": word, "number": len(flows)}
    return f"{word} {listed(flows)}"


def _scenario(plain: Scenario, state: State) -> Scenario:
    return changed_scenario(plain, state.labels, state.plugin)


def _plugin_words(plain: Scenario, old: State, new: State) -> tuple[str, ...]:
    """The plugin's settings that differ, as they are now."""
    was, now = (settings_of(_scenario(plain, state).cluster.plugin) for state in (old, new))
    return plugin_words({name: now[name] for name in now if now[name] != was[name]})


def _label_words(plain: Scenario, old: State, new: State) -> Iterator[str]:
    """`prod/web: access=granted, old-`: the labels that differ, as kubectl label takes them."""
    before, after = (read_changes(state.labels, plain.cluster) for state in (old, new))
    own = {pod.ref: pod.labels for pod in plain.cluster.pods}
    own |= {space.name: space.labels for space in plain.cluster.namespaces}
    for ref in sorted({*before, *after}):
        was, now = ({**own[ref], **side.get(ref, {})} for side in (before, after))
        keys = sorted(key for key in {*was, *now} if was.get(key) != now.get(key))
        if keys:
            words = (f"{k}-" if now.get(k) is None else f"{k}={now[k]}" for k in keys)
            yield f"{ref}: {', '.join(words)}"


# ── The list ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Outline:
    """An attempt in a line: how it went, as a word with its sign, and how much help it had."""

    kind: str  # solved, unsolved, refused
    sign: str
    words: str
    hints: str
    mistakes: tuple[str, ...]


def outline(
    *, accepted: bool, solved: bool, counts: Sequence[tuple[int, str]], hints: int, mistakes: str
) -> Outline:
    """`3 wrongly let through`; `counts` are numbers, and what is told of them; `mistakes` codes."""
    kind = "solved" if solved else "unsolved" if accepted else "refused"
    faults = ", ".join(words for number, words in counts if number)
    words = {"solved": _("solved"), "refused": _("refused")}.get(kind, faults or _("not solved"))
    told = ""
    if hints:
        told = ngettext("after %(hints)s hint", "after %(hints)s hints", hints) % {"hints": hints}
    names = tuple(CATALOGUE[code].title for code in mistakes.split() if code in CATALOGUE)
    return Outline(kind, "✓" if solved else "✕", words, told, names)
