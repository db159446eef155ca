"""The answers to what a picture and its table ask, and the few words that an arrow bears.

A probe asks a pod or a host and gets a Verdict, a dial asks a Service and gets a Connection; the
page treats both alike from here on. Nothing is decided here.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from simulator.connect import backends, connect
from simulator.draw import label_width
from simulator.evaluate import evaluate
from simulator.explain import Explanation, explain, explain_connection
from simulator.gates import GATE_WORDS
from simulator.model import (
    Cluster,
    Connection,
    Dial,
    NetworkPolicy,
    Outcome,
    Probe,
    Verdict,
)
from simulator.phrases import flow, port_text
from simulator.scenario import Scenario

Asked = Probe | Dial
Answer = Verdict | Connection

SIGNS = {
    Outcome.ALLOWED: "✓",
    Outcome.DENIED: "✕",
    Outcome.UNDEFINED: "?",
    Outcome.NOT_ENFORCED: "~",
    Outcome.MIXED: "±",
    Outcome.NOT_RESOLVED: "✕",
    Outcome.UNREACHABLE: "✕",
}
SENTENCES = {
    Outcome.ALLOWED: gettext_noop("is allowed"),
    Outcome.UNDEFINED: gettext_noop("is left undefined by the API"),
    Outcome.NOT_ENFORCED: gettext_noop("is open: policies are not enforced"),
    Outcome.NOT_RESOLVED: gettext_noop("is not begun: the name is not resolved"),
    Outcome.UNREACHABLE: gettext_noop("is unreachable, whatever policies say"),
}
AT_GATES = {
    "": "",
    "egress": gettext_noop(" at egress"),
    "ingress": gettext_noop(" at ingress"),
    "both": gettext_noop(" at both gates"),
}
#: What `refusing` may say, as an arrow bears it.
_SHUT = (gettext_noop("ingress"), gettext_noop("egress"), gettext_noop("both"))
#: Outcomes that share a sign with a denial, told apart by a word.
WORDS = {
    Outcome.NOT_RESOLVED: gettext_noop("no name"),
    Outcome.UNREACHABLE: gettext_noop("nowhere"),
}
_PASSING = {Outcome.ALLOWED, Outcome.NOT_ENFORCED}


def arrows_of(scenario: Scenario) -> tuple[Asked, ...]:
    """Everything that the picture draws: arrows to pods and hosts, then those to Services."""
    return (*scenario.arrows, *scenario.dials)


def answer(cluster: Cluster, policies: Sequence[NetworkPolicy], asked: Asked) -> Answer:
    """What the simulator says of a probe or a dial."""
    if isinstance(asked, Dial):
        return connect(cluster, policies, asked)
    return evaluate(cluster, policies, asked)


def explained(given: Answer) -> Explanation:
    """An answer in words."""
    return explain_connection(given) if isinstance(given, Connection) else explain(given)


# ── Words on an arrow ────────────────────────────────────────────────────────────────────────


def label_space(asked: Asked, cluster: Cluster | None = None) -> str:
    """The widest text that an arrow can ever bear; of a dial, with the cluster that it is in."""
    port = port_text(asked)
    texts = [*(f"✕ {port} {_(gate)}" for gate in _SHUT), _("%(sign)s not enforced") % {"sign": "~"}]
    if isinstance(asked, Dial):
        behind = len(backends(cluster, asked.target)) if cluster else 0
        nowhere, name = _(WORDS[Outcome.UNREACHABLE]), _("name")
        all_of_them = _("%(some)s of %(all)s") % {"some": behind, "all": behind}
        texts += [f"✕ {port} {nowhere}", f"± {port}: {all_of_them}", f"± {port}: {name}"]
    return max(texts, key=label_width)


def label_text(given: Answer) -> str:
    """The words on an arrow: sign, port and, when it is refused, where."""
    sign, port = SIGNS[given.outcome], port_text(given.probe)
    match given.outcome:
        case Outcome.NOT_ENFORCED:
            return _("%(sign)s not enforced") % {"sign": sign}
        case Outcome.NOT_RESOLVED:
            return f"{sign} {_(WORDS[given.outcome])}"
        case Outcome.UNREACHABLE:
            return f"{sign} {port} {_(WORDS[given.outcome])}"
        case Outcome.MIXED:
            share = _share(given) or _("name")
            return f"{sign} {port}: {share}"
    return " ".join(filter(None, (sign, port, _(refusing(given)))))


def aria_text(given: Answer) -> str:
    """The arrow as a sentence with its question."""
    if given.outcome is Outcome.MIXED:
        says = _("is mixed: the name is found at times")
        if share := _share(given):
            says = _("is mixed: %(share)s endpoints") % {"share": share}
    elif given.outcome in SENTENCES:
        says = _(SENTENCES[given.outcome])
    else:
        says = _("is denied%(where)s") % {"where": _(AT_GATES[refusing(given)])}
    return _("%(flow)s %(says)s. Why?") % {"flow": flow(given.probe), "says": says}


def _share(given: Answer) -> str:
    """`1 of 2`: how many endpoints behind a Service admit it; empty where they all agree."""
    verdicts = given.verdicts if isinstance(given, Connection) else ()
    passing = sum(verdict.outcome in _PASSING for verdict in verdicts)
    if not 0 < passing < len(verdicts):
        return ""
    return _("%(some)s of %(all)s") % {"some": passing, "all": len(verdicts)}


# ── Gates ────────────────────────────────────────────────────────────────────────────────────


def refusing(given: Answer) -> str:
    """Which gates refuse what is denied: `egress`, `ingress`, `both`, or nothing.

    Of a Service these are the gates that refuse before, or at, every endpoint behind it.
    """
    if given.outcome is not Outcome.DENIED:
        return ""
    egress, ingress = gate_words(given)
    shut = [word for word, gate in (("egress", egress), ("ingress", ingress)) if gate == "shut"]
    return "both" if len(shut) == 2 else "".join(shut)


def gate_words(given: Answer) -> tuple[str, str]:
    """One word each for leaving and entering: open, shut, undefined; behind a Service also mixed
    (its endpoints differ) and nowhere (it has none)."""
    verdicts = given.verdicts if isinstance(given, Connection) else (given,)
    leaving = {GATE_WORDS[verdict.egress.outcome] for verdict in verdicts}
    entering = {GATE_WORDS[verdict.ingress.outcome] for verdict in verdicts}
    return _one_word(leaving), _one_word(entering)


def _one_word(words: set[str]) -> str:
    return "mixed" if len(words) > 1 else next(iter(words), "nowhere")
