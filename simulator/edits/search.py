"""The smallest edit that flips one arrow and nothing else: proposed by evidence, proved by matrix.

Edits are tried in order of their weight, so that the first which holds is the smallest among those
that the evidence suggests. Work is counted, never timed.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, islice

from simulator.edits.candidates import closings, obstacles, openings
from simulator.edits.change import Change, ChangeKind
from simulator.edits.unmoved import Watch
from simulator.evaluate import evaluate
from simulator.model import Cluster, Mark, NetworkPolicy, Outcome, Probe
from simulator.words import clip

#: Comparisons of cells and rules for one search; a dozen endpoints need a few thousand.
BUDGET = 200_000
#: From one state, so many changes are proposed.
MOST_PROPOSED = 400
#: Changes in one edit.
MOST_CHANGES = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """One or two changes that flip one arrow and nothing else; `policies` are those after it."""

    changes: tuple[Change, ...]
    policies: tuple[NetworkPolicy, ...]

    @property
    def kind(self) -> ChangeKind:
        """What its largest change does."""
        return max(self.changes, key=lambda change: change.weight).kind

    @property
    def weight(self) -> tuple[int, int]:
        """What the smaller edit has less of: its changes' weights, then lines to write."""
        weights = [change.weight for change in self.changes]
        return sum(weight for weight, _ in weights), sum(lines for _, lines in weights)

    @property
    def sentence(self) -> str:
        """What to do, in a plain sentence for each change."""
        return " ".join(change.sentence for change in self.changes)

    @property
    def mark(self) -> Mark | None:
        """Where the first change goes; None where that is a new policy."""
        return self.changes[0].mark

    @property
    def lines(self) -> tuple[str, ...]:
        """The YAML lines to write, change by change."""
        return tuple(line for change in self.changes for line in change.lines)


@dataclass(frozen=True, slots=True)
class NoEdit:
    """Why there is no edit; `exhausted` says that the search was cut short."""

    reason: str
    exhausted: bool = False


def smallest_edit(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    probe: Probe,
    *,
    watched: Sequence[Probe] | None = None,
    budget: int = BUDGET,
) -> Edit | NoEdit:
    """The smallest edit after which `probe` is answered the other way and all else as before.

    "All else" is every pair of the cluster's endpoints on every port of TCP, UDP and SCTP, or, with
    `watched`, those probes alone (a ping among them counts too). Only allowed and denied flip.
    """
    before = evaluate(cluster, policies, probe).outcome
    if reason := _unflippable(probe, before):
        return NoEdit(reason)
    wanted = Outcome.DENIED if before is Outcome.ALLOWED else Outcome.ALLOWED
    watch = Watch(cluster, tuple(policies), probe, wanted, watched, budget)
    return _Search(watch).run()


def _unflippable(probe: Probe, before: Outcome) -> str:
    if probe.protocol == "ICMP":
        return "No rule can name ICMP, so no edit flips a ping alone."
    if probe.source == probe.target:
        return "A pod always reaches itself: no policy can change that."
    if before is Outcome.NOT_ENFORCED:
        return "This cluster's network plugin enforces no policies: no edit changes anything."
    if before is Outcome.UNDEFINED:
        return "The API leaves this connection undefined: it is neither allowed nor denied."
    return ""


#: What is searched: the weight and the order that sort it, and the edit itself.
_Entry = tuple[tuple[int, int], int, Edit]


@dataclass(slots=True)
class _Search:
    """Uniform-cost search over one change, then two."""

    watch: Watch
    queue: list[_Entry] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def run(self) -> Edit | NoEdit:
        watch = self.watch
        self._propose(Edit((), watch.policies))
        while self.queue and not watch.spent:
            edit = heapq.heappop(self.queue)[-1]
            if watch.holds(edit.policies):
                return edit
            if len(edit.changes) < MOST_CHANGES:
                self._propose(edit)
        if watch.spent:
            text = "No edit was found that flips this arrow alone; the search was cut short."
            return NoEdit(text, exhausted=True)
        return NoEdit(f"No small edit flips {_arrow(watch.probe)} alone.")

    def _propose(self, so_far: Edit) -> None:
        """Queue what may come next, unless the change so far brought nothing nearer."""
        watch = self.watch
        verdict = watch.verdict(so_far.policies)
        left = obstacles(verdict, wanted=watch.wanted)
        if left == 0 or (so_far.changes and left >= watch.obstacles):
            return
        propose = openings if watch.wanted is Outcome.ALLOWED else closings
        for change in islice(propose(watch.cluster, so_far.policies, verdict), MOST_PROPOSED):
            edit = Edit((*so_far.changes, change), change.applied(so_far.policies))
            heapq.heappush(self.queue, (edit.weight, next(self.order), edit))


def _arrow(probe: Probe) -> str:
    return clip(f"{probe.source.ref} → {probe.target.ref} : {probe.port}/{probe.protocol}")
