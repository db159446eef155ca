"""The words of the course: Kubernetes' own first, then ours. Each has one meaning here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it means (ticks around code), and the words to read next (their slugs)."""

    slug: str
    word: str | Promise
    meaning: str | Promise
    see: tuple[str, ...] = ()


KUBERNETES = (
    Term(
        "networkpolicy",
        "NetworkPolicy",
        _(
            "An object of one namespace that says which connections the pods it selects may open or"
            " take. It works on addresses, protocols and ports, and can only allow: what no rule"
            " allows to a pod that is isolated is refused."
        ),
        ("isolated", "policytypes", "rule"),
    ),
    Term(
        "isolated",
        "isolated",
        _(
            "A pod is isolated for ingress once a policy with the type Ingress selects it, and for"
            " egress once one with Egress does. Then nothing passes in that direction but what a"
            " rule admits. A pod that no policy selects is open."
        ),
        ("policytypes", "rules-add-up"),
    ),
    Term(
        "ingress",
        "ingress",
        _("Connections that somebody opens to a pod. The pod at the receiving end decides."),
        ("egress", "reply"),
    ),
    Term(
        "egress",
        "egress",
        _("Connections that a pod opens itself, wherever they go. Answers to others are none."),
        ("ingress", "reply"),
    ),
    Term(
        "reply",
        "reply",
        _(
            "What comes back on a connection that was allowed. It passes by itself and needs no rule"
            " in any direction."
        ),
    ),
    Term(
        "label",
        "label",
        _(
            "A key with a value that an object carries, such as `role: db`. Pods and namespaces have"
            " labels of their own; a pod does not inherit those of its namespace, nor those of its"
            " Deployment."
        ),
        ("selector",),
    ),
    Term(
        "selector",
        "selector",
        _(
            "What labels something must carry: `matchLabels` (each of these) and `matchExpressions`"
            " (`In`, `NotIn`, `Exists`, `DoesNotExist`); all of it must hold. The empty selector,"
            " `{}`, selects everything."
        ),
        ("label", "empty"),
    ),
    Term(
        "spec-podselector",
        "spec.podSelector",
        _(
            "Which pods of the policy's own namespace it is about. `{}` is every pod there. For"
            " ingress these are the pods that are called, for egress those that call; who stands at"
            " the other end is said by the rules."
        ),
        ("peer", "isolated"),
    ),
    Term(
        "policytypes",
        "policyTypes",
        _(
            "The directions in which the policy isolates. Left out it means Ingress, and Egress too"
            " if the policy has egress rules. Rules of a direction that it leaves out do nothing."
        ),
        ("isolated",),
    ),
    Term(
        "rule",
        "rule",
        _(
            "One entry of `ingress` or `egress`: peers and ports. A connection must fit one of the"
            " peers and one of the ports. Left out, either of them means any; the empty rule, `{}`,"
            " admits everything."
        ),
        ("peer", "port", "empty"),
    ),
    Term(
        "peer",
        "peer",
        _(
            "One entry of `from` or `to`. There are three kinds: a podSelector, a namespaceSelector"
            " (or both together) and an ipBlock. One fitting peer is enough."
        ),
        ("podselector", "namespaceselector", "and-or", "ipblock"),
    ),
    Term(
        "podselector",
        _("podSelector of a peer"),
        _(
            "Pods by their labels. Alone it looks in the policy's own namespace, whatever labels"
            " pods elsewhere carry."
        ),
        ("namespaceselector",),
    ),
    Term(
        "namespaceselector",
        "namespaceSelector",
        _(
            "Namespaces by their labels, and so every pod in them; with a podSelector in the same"
            " entry, only those pods. Every namespace carries `kubernetes.io/metadata.name`. `{}` is"
            " every namespace, and still nobody outside the cluster."
        ),
        ("and-or",),
    ),
    Term(
        "and-or",
        _("AND and OR"),
        _(
            "Two selectors under one dash must both fit (AND). Two dashes are two peers, and one of"
            " them is enough (OR). One dash too many opens the door."
        ),
        ("peer",),
    ),
    Term(
        "ipblock",
        "ipBlock",
        _(
            "Addresses: those in `cidr` less those in `except`. It is meant for hosts outside the"
            " cluster; whether it matches pods is up to the network plugin. An `except` only makes"
            " this one block smaller: another peer may admit the same address."
        ),
        ("undefined",),
    ),
    Term(
        "port",
        "ports",
        _(
            "The ports at the receiving end, by number, by name or from `port` to `endPort`; of the"
            " pod, not of a Service. Without `protocol` it is TCP. Without `ports` every port of"
            " every protocol is meant."
        ),
        ("service",),
    ),
    Term(
        "service",
        "Service",
        _(
            "A name and an address in front of pods. A policy cannot select it, for a pod's address"
            " and port stand in place of the Service's before policies are asked."
        ),
        ("port", "dns"),
    ),
    Term(
        "dns",
        _("DNS pods"),
        _(
            "The pods that turn names into addresses, on port 53 over UDP and TCP. A pod that is"
            " isolated for egress and has no rule for them cannot find anybody by name."
        ),
        ("egress",),
    ),
    Term(
        "empty",
        _("empty, left out"),
        _(
            "Where Ingress is a type, `ingress: []` and no `ingress` at all admit nothing, and"
            " `ingress: [{}]` admits everything. `podSelector: {}` selects every pod of the namespace."
        ),
        ("rule", "selector"),
    ),
    Term(
        "rules-add-up",
        _("rules add up"),
        _(
            "What any policy admits passes; none can take it away. There is no order among policies,"
            " and no rule that denies."
        ),
        ("both-ends",),
    ),
    Term(
        "both-ends",
        _("both ends"),
        _(
            "A connection needs the egress of the pod that opens it and the ingress of the pod that"
            " takes it. An end that is not isolated agrees."
        ),
        ("isolated",),
    ),
    Term(
        "network-plugin",
        _("network plugin"),
        _(
            "The part of a cluster that connects pods (CNI). It is what enforces policies. Some"
            " plugins do not: there a policy is stored and changes nothing."
        ),
        ("networkpolicy",),
    ),
    Term(
        "hostnetwork",
        "hostNetwork",
        _(
            "A pod with `hostNetwork: true` has its node's address. How policies see it the API"
            " leaves open."
        ),
        ("undefined",),
    ),
)

OURS = (
    Term(
        "scenario",
        _("scenario"),
        _("A cluster with its story: namespaces, pods, hosts outside, and the arrows to look at."),
        ("exercise",),
    ),
    Term(
        "exercise",
        _("exercise"),
        _("A scenario with a task, a text to start from, hints and a solution."),
        ("lesson", "attempt"),
    ),
    Term("lesson", _("lesson"), _("What to know, an exercise to do, and one question to say why.")),
    Term(
        "probe",
        _("probe"),
        _("One question: may this source connect to that target, on this port and protocol?"),
        ("verdict",),
    ),
    Term(
        "verdict",
        _("verdict"),
        _(
            "The answer to a probe, with its evidence: for each end, whether it is isolated, by"
            " which policies, and which rule, peer and line admits it, or what each rule lacks."
        ),
        ("gate", "undefined"),
    ),
    Term(
        "gate",
        _("gate"),
        _("One end of a connection: egress at its source, ingress at its target."),
        ("both-ends",),
    ),
    Term(
        "undefined",
        _("undefined by the API"),
        _(
            "The verdict where Kubernetes leaves it to the network plugin, such as pings, pods on"
            " their node's network and running connections. Clusters differ here: do not rely on it."
        ),
    ),
    Term(
        "check",
        _("check"),
        _(
            "Comparing what your policies allow with what the task wants, for every pair and every"
            " port. How you write them does not matter."
        ),
        ("stranger",),
    ),
    Term(
        "stranger",
        _("stranger"),
        _(
            "A pod or host that the picture does not show and a check asks about all the same, so"
            " that no answer is right by luck."
        ),
    ),
    Term("attempt", _("attempt"), _("One text that you checked, kept in your history.")),
    Term(
        "misconception",
        _("misconception"),
        _("One of 25 mistakes that many people make. A wrong check names it where it shows."),
    ),
    Term(
        "sitting",
        _("sitting"),
        _("One run through a quiz, a drill or a paper, with names and numbers of its own."),
    ),
)
