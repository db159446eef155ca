"""The cheat sheet: snippets, each with what it does to the pods of a small shop.

The claims are not trusted: tests/reference/test_cheats.py puts each to the simulator.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Snippet:
    """A policy's `spec`, what it is for, and flows that it allows and denies (`a -> b:port`)."""

    title: str | Promise
    text: str
    allows: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()


SKELETON = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-policy
  namespace: prod
spec:
  podSelector:
    matchLabels:
      role: db
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          role: api
    ports:
    - protocol: TCP
      port: 3306
  egress:
  - to:
    - ipBlock:
        cidr: 192.168.5.10/32
    ports:
    - port: 443
"""

WEB_DB, API_DB, DB_OUT = (
    "prod/web -> prod/db:3306",
    "prod/api -> prod/db:3306",
    "prod/db -> backup:443",
)
STAGING_DB, WEB_DNS = "staging/api -> prod/db:3306", "prod/web -> kube-system/coredns:53/UDP"

TEMPLATES = (
    Snippet(
        _("Nothing in"),
        "podSelector: {}\npolicyTypes: [Ingress]\n",
        (DB_OUT,),
        (WEB_DB, API_DB, STAGING_DB),
    ),
    Snippet(
        _("Nothing out"),
        "podSelector: {}\npolicyTypes: [Egress]\n",
        (STAGING_DB,),
        (DB_OUT, WEB_DB, WEB_DNS),
    ),
    Snippet(
        _("Nothing in or out"),
        "podSelector: {}\npolicyTypes: [Ingress, Egress]\n",
        (),
        (WEB_DB, API_DB, STAGING_DB, DB_OUT),
    ),
    Snippet(
        _("Everything in"),
        "podSelector: {}\npolicyTypes: [Ingress]\ningress:\n- {}\n",
        (WEB_DB, STAGING_DB, DB_OUT),
    ),
    Snippet(
        _("Everything out"),
        "podSelector: {}\npolicyTypes: [Egress]\negress:\n- {}\n",
        (WEB_DB, STAGING_DB, DB_OUT),
    ),
    Snippet(
        _("Nothing out but names"),
        """\
podSelector: {}
policyTypes: [Egress]
egress:
- to:
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: kube-system
    podSelector:
      matchLabels:
        k8s-app: kube-dns
  ports:
  - {protocol: UDP, port: 53}
  - {protocol: TCP, port: 53}
""",
        (WEB_DNS, STAGING_DB),
        (WEB_DB, DB_OUT),
    ),
    Snippet(
        _("In from this namespace only"),
        "podSelector: {}\npolicyTypes: [Ingress]\ningress:\n- from:\n  - podSelector: {}\n",
        (WEB_DB, API_DB, DB_OUT),
        (STAGING_DB,),
    ),
    Snippet(
        _("In from one other namespace"),
        """\
podSelector: {}
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: staging
""",
        (STAGING_DB,),
        (WEB_DB, API_DB),
    ),
)

AND = Snippet(
    _("AND: one dash"),
    """\
podSelector: {matchLabels: {role: db}}
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector:
      matchLabels: {env: staging}
    podSelector:
      matchLabels: {role: api}
""",
    (STAGING_DB,),
    (API_DB, WEB_DB, "staging/web -> prod/db:3306"),
)
OR = Snippet(
    _("OR: two dashes"),
    """\
podSelector: {matchLabels: {role: db}}
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector:
      matchLabels: {env: staging}
  - podSelector:
      matchLabels: {role: api}
""",
    (STAGING_DB, API_DB, "staging/web -> prod/db:3306"),
    (WEB_DB,),
)

#: What is written, and what it means.
EMPTY = (
    ("podSelector: {}", _("every pod of the policy's namespace")),
    (_("ingress left out, or []"), _("nothing in, once Ingress is a type")),
    ("ingress: [{}]", _("everything in")),
    (_("from left out, or []"), _("from anybody, also outside")),
    (_("ports left out, or []"), _("every port of every protocol")),
    ("namespaceSelector: {}", _("pods of every namespace; nobody outside")),
    (_("policyTypes left out"), _("Ingress; Egress too if there are egress rules")),
    (_("protocol left out"), "TCP"),
)

COMMANDS = (
    ("k get netpol -A", _("every policy")),
    ("k describe netpol db-policy -n prod", _("what one says, in words")),
    ("k get pods -n prod --show-labels", _("the labels that selectors look at")),
    ("k get ns --show-labels", _("those of namespaces")),
    ("k label pod web -n prod role=web", _("set a label (--overwrite changes one)")),
    ("k explain networkpolicy.spec.ingress.from", _("the fields, in the terminal")),
    ("k get pods,svc -n prod -o wide", _("addresses, and the names of Services")),
    (
        "k exec web -n prod -- nc -zv -w 2 ADDRESS 3306",
        _("try a connection; a Service's name will do"),
    ),
)

#: In the order in which to look.
NOT_WORKING = (
    _("Does the network plugin enforce policies at all?"),
    _("Does the policy live in the namespace of the pods that it is to protect?"),
    _("Does spec.podSelector select them? Compare its labels letter by letter."),
    _("Do both ends agree: egress of the source and ingress of the target?"),
    _("Does egress let DNS out, on UDP and TCP 53?"),
    _("Is the port the pod's own, not the Service's?"),
    _("One dash or two? One is AND, two are OR."),
    _("Does another policy admit it as well? Rules only add."),
)
