"""Which misconception a wrong answer looks like, in one sentence that says how sure we are.

The simulator recognises (simulator.mistakes); here it is asked with bounded work, and what it found
is put before the learner. Where it is silent, so is the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from netpol_lab.lab.texts import Line
from simulator.document import Changeable, Exercise
from simulator.mistakes import CATALOGUE, Attempt, Constraints, Recognised, recognise
from simulator.model import Direction, NetworkPolicy, Peer
from simulator.parse import Reading
from simulator.scenario import Scenario

#: What naming may cost, in steps of the matrix. Answers to lessons take a few thousand; a text that
#: is made to be dear costs about a tenth of a second with this.
MOST_STEPS = 2_000_000

#: What the answer looks like, for "It looks as if …". What is not listed is sure, not likely: the
#: simulator's own sentence says it.
_SLIPS: Mapping[str, str] = {
    "M01": gettext_noop("two selectors became two peers"),
    "M02": gettext_noop("DNS was forgotten"),
    "M03": gettext_noop("a podSelector alone was meant to look into other namespaces"),
    "M04": gettext_noop("the policy lives in another namespace than its pods"),
    "M06": gettext_noop("the connection was opened at one end only"),
    "M07": gettext_noop("the pods to protect and the pods to admit changed places"),
    "M08": gettext_noop("nobody and everybody were mixed up"),
    "M09": gettext_noop("one policy was meant to take away what another allows"),
    "M10": gettext_noop("policyTypes lists the wrong directions"),
    "M11": gettext_noop("a Service's port stands where the pods' port belongs"),
    "M12": gettext_noop("a namespace was chosen by something that is none of its labels"),
    "M13": gettext_noop("a rule was written for the replies"),
    "M14": gettext_noop("a dash cut one entry in two"),
    "M15": gettext_noop("one policy was meant to shield the whole namespace"),
    "M16": gettext_noop("selectors were meant to find a host outside the cluster"),
    "M17": gettext_noop("the client was meant to be known by its own address"),
    "M18": gettext_noop("a selector asks for a label that nothing carries"),
    "M19": gettext_noop("an entry without a protocol was meant for every protocol"),
    "M21": gettext_noop("an except was meant to deny addresses"),
    "M22": gettext_noop("a hostNetwork pod was taken for a pod like others"),
    "M23": gettext_noop("an empty namespaceSelector was taken for something narrower"),
}
#: The same misconception, met from its other side.
_OTHER_SLIPS: Mapping[str, str] = {
    "M01": gettext_noop("two peers became one"),
    "M03": gettext_noop("every namespace was asked where the policy's own was meant"),
    "M16": gettext_noop("an ipBlock was meant to find pods"),
    "M23": gettext_noop("an empty podSelector was meant to look into other namespaces"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A misconception that an answer looks like.

    `sentence` names it; `sure` says how much of what is wrong it explains; `shown_by` is what gives
    it away, empty where the sentence says that itself; `right` is what is so.
    """

    code: str
    sentence: str
    sure: str
    shown_by: str
    right: str
    line: Line | None


def recognised(
    exercise: Exercise,
    scenario: Scenario,
    reading: Reading,
    reference: Sequence[NetworkPolicy],
) -> tuple[Recognised, ...]:
    """The misconceptions behind a wrong or refused answer; ask only of one that is not right."""
    solution = tuple(reference)
    fixed = exercise.changes is not Changeable.POLICIES
    attempt = Attempt(
        scenario.cluster,
        solution,
        reading.policies if reading.accepted else (),
        reading.errors,
        exercise.scope,
        Constraints(given=solution if fixed else None),
        exercise.strangers,
    )
    return recognise(attempt, most_steps=MOST_STEPS)


def named(
    found: Sequence[Recognised], policies: Sequence[NetworkPolicy], text: str
) -> tuple[Named, ...]:
    """What was recognised, in the page's words."""
    rows = text.split("\n")
    return tuple(_named(each, policies, rows) for each in found)


def _named(found: Recognised, policies: Sequence[NetworkPolicy], rows: Sequence[str]) -> Named:
    line = found.mark.line if found.mark and found.mark.line <= len(rows) else 0
    marked = Line(line, rows[line - 1]) if line else None
    right = CATALOGUE[found.misconception].right
    slip = _slip(found, policies)
    if not slip:
        return Named(found.misconception, found.sentence, "", "", right, marked)
    told = {"slip": _(slip), "place": _place(found, slip, line)}
    if found.whole:
        sentence = _("It looks as if %(slip)s%(place)s.") % told
        sure = _("With that mended, all is as the task asks.")
    else:
        sentence = _("Part of it looks as if %(slip)s%(place)s.") % told
        sure = _("That is not all of it.")
    return Named(found.misconception, sentence, sure, found.sentence, right, marked)


def _slip(found: Recognised, policies: Sequence[NetworkPolicy]) -> str:
    """Empty where the API server refused the text: what it stumbled over is no guess."""
    if not policies:
        return ""
    peer = _peer_at(found, policies)
    if peer is not None and _other_side(found.misconception, peer):
        return _OTHER_SLIPS[found.misconception]
    return _SLIPS.get(found.misconception, "")


def _other_side(code: str, peer: Peer) -> bool:
    combined = peer.pod_selector is not None and peer.namespace_selector is not None
    sides = {
        "M01": combined,
        "M03": combined,
        "M16": peer.ip_block is not None,
        "M23": peer.namespace_selector is None,
    }
    return sides.get(code, False)


def _peer_at(found: Recognised, policies: Sequence[NetworkPolicy]) -> Peer | None:
    """The peer that the finding's mark stands at."""
    peers = (
        peer
        for policy in policies
        for direction in Direction
        for rule in policy.rules(direction)
        for peer in rule.peers
    )
    return next((peer for peer in peers if found.mark and peer.mark == found.mark), None)


def _place(found: Recognised, slip: str, line: int) -> str:
    if not line:
        return ""
    dashed = found.misconception == "M14" or slip == _SLIPS["M01"]
    told = _(" (the dash in line %(line)s)") if dashed else _(" (line %(line)s)")
    return told % {"line": line}
