"""Nodes → NetworkPolicies, or every problem at once, each with its line, column and field path.

Decoding follows kubectl apply with strict validation against API server 1.35: the same things are
refused, in the same words (networking.k8s.io/v1; rules in `validate`; what another version differs
in: `versions`). Null map values vanish, null
list items are zero values, and defaults are filled in as the API server stores them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator import hints, validate
from simulator.decode import At, Decoder
from simulator.limits import SUBMISSION, Limits
from simulator.model import (
    Direction,
    Mark,
    NetworkPolicy,
    Problem,
    Selector,
    Severity,
)
from simulator.nodes import Entry, Mapping, Node
from simulator.objects import Object, is_network_policy, objects
from simulator.oddities import warn_of_unused_rules
from simulator.parse_metadata import metadata
from simulator.parse_plain import Spec, plain_spec
from simulator.parse_rules import rules
from simulator.parse_selectors import selector
from simulator.source import Source, read
from simulator.syntax import lookalike
from simulator.versions import API_SERVERS, DEFAULT_VERSION, Version
from simulator.words import quote

MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: its policies as stored, or none of them where there is an error."""

    policies: tuple[NetworkPolicy, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refuse the text."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What kubectl accepts but the writer can hardly mean."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    @property
    def accepted(self) -> bool:
        """Whether the API server would store all of it."""
        return not self.errors


def read_policies(
    text: str | bytes,
    *,
    limits: Limits = SUBMISSION,
    namespaces: Iterable[str] | None = None,
    version: Version = DEFAULT_VERSION,
) -> Reading:
    """Read a text of NetworkPolicy manifests, in YAML or JSON, one or many or a List.

    `namespaces` are the ones that exist (besides Kubernetes' own); None means that any may.
    `version` is the API server's: some CIDRs are warned of in 1.35 and refused in 1.37.
    Never raises on any input. A policy without a namespace goes to `default`.
    """
    return parse_policies(read(text, limits), limits=limits, namespaces=namespaces, version=version)


def parse_policies(
    source: Source,
    *,
    limits: Limits = SUBMISSION,
    namespaces: Iterable[str] | None = None,
    version: Version = DEFAULT_VERSION,
) -> Reading:
    """The same for a text that `source.read` has already turned into nodes."""
    listed = None if namespaces is None else frozenset(namespaces)
    decoder = Decoder(limits, list(source.problems), API_SERVERS[version])
    parser = _Parser(decoder, listed)
    if not any(p.severity is Severity.ERROR for p in source.problems):
        parser.documents(source.documents)
    if decoder.problems and (warning := lookalike(source.text)):
        decoder.problems.append(warning)
    problems = _sorted_and_cut(decoder.problems)
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(() if refused else tuple(parser.policies.values()), problems)


def parse_policy(decoder: Decoder, node: Mapping) -> NetworkPolicy | None:
    """One object that is a NetworkPolicy; None where problems, told to the decoder, refuse it."""
    errors_before = decoder.errors
    policy = _Parser(decoder, None)._policy(node)
    return None if decoder.errors > errors_before else policy


def _sorted_and_cut(problems: list[Problem]) -> tuple[Problem, ...]:
    def place(problem: Problem) -> tuple[bool, int, int]:
        mark = problem.mark or Mark(1, 1)
        return (problem.severity is Severity.WARNING, mark.line, mark.column)

    ordered = sorted(problems, key=place)
    if len(ordered) <= MOST_PROBLEMS:
        return tuple(ordered)
    rest = len(ordered) - MOST_PROBLEMS
    severity = ordered[MOST_PROBLEMS].severity
    last = Problem(f"… and {rest:,} more problems like these", severity=severity, limit="problems")
    return (*ordered[:MOST_PROBLEMS], last)


@dataclass(slots=True)
class _Parser:
    """Takes whole objects: what they are, their metadata, and their spec's outline."""

    d: Decoder
    namespaces: frozenset[str] | None
    policies: dict[tuple[str, str], NetworkPolicy] = field(default_factory=dict)

    # ── objects ──

    def documents(self, documents: tuple[Node, ...]) -> None:
        for number, one in enumerate(objects(self.d, documents), 1):
            self.d.count("policies", number, one.node.mark, "policies")
            if self.d.limits.policies is None or number <= self.d.limits.policies:
                self._object(one)

    def _object(self, one: Object) -> None:
        if not is_network_policy(self.d, one):
            return
        errors_before, self.d.root = self.d.errors, one.root
        policy = self._policy(one.node)
        if self.d.errors > errors_before or policy is None:
            return
        key = (policy.namespace, policy.name)
        if key in self.policies:
            message = f"{policy.namespace}/{policy.name} is given twice; the last one is applied"
            self.d.warn(message, "metadata.name", policy.mark, "Give each policy its own name.")
        self.policies[key] = policy

    # ── the policy ──

    def _policy(self, node: Mapping) -> NetworkPolicy | None:
        top = At("", "NetworkPolicy", "v1.NetworkPolicy")
        fields = self.d.fields(node, top, validate.POLICY_FIELDS)
        namespace, name, mark = metadata(self.d, fields, node.mark, namespaces=self.namespaces)
        spec_entry = fields.get("spec")
        if node.get("spec") is None:
            self._warn_selects_all("spec", node.mark)
        spec_node = spec_entry.value if spec_entry else None
        spec = plain_spec(spec_node, self.d.limits, self.d.server) or self._spec(spec_entry, top)
        return NetworkPolicy(namespace, name, *spec, mark)

    def _spec(self, spec_entry: Entry | None, top: At) -> Spec:
        """The careful way: what is wrong or odd is told."""
        at = top.key("spec", "NetworkPolicy", "v1.NetworkPolicySpec")
        spec_node = spec_entry.value if spec_entry else None
        spec = self.d.fields(spec_node, at, validate.SPEC_FIELDS)
        selector = self._target(spec, at, spec_entry)
        types = self._policy_types(spec.get("policyTypes"), at)
        ingress = rules(self.d, spec.get("ingress"), at, Direction.INGRESS)
        egress = rules(self.d, spec.get("egress"), at, Direction.EGRESS)
        written = bool(types)
        if not types:
            types = validate.default_policy_types(len(egress))
        if isinstance(spec_node, Mapping):
            warn_of_unused_rules(self.d, spec_node, types, written=written)
        return selector, types, ingress, egress

    def _target(self, spec: dict[str, Entry], at: At, spec_entry: Entry | None) -> Selector:
        entry = spec.get("podSelector")
        node = spec_entry.value if spec_entry else None
        if spec_entry and isinstance(node, Mapping) and node.get("podSelector") is None:
            self._warn_selects_all("spec.podSelector", spec_entry.mark)
        here = at.key("podSelector", "NetworkPolicySpec", "v1.LabelSelector")
        return selector(self.d, entry, here)

    def _policy_types(self, entry: Entry | None, at: At) -> tuple[Direction, ...]:
        here = at.key("policyTypes", "NetworkPolicySpec", "[]v1.PolicyType")
        items = self.d.items(entry.value if entry else None, here)
        texts = [self.d.text(item, here.item(i, "v1.PolicyType")) for i, item in enumerate(items)]
        if entry is not None and len(items) > 2:
            shown = "[" + ",".join(quote(text or "") for text in texts[:6]) + "]"
            message = f"Invalid value: {shown}: may not specify more than two policyTypes"
            self.d.error(f"{here.path}: {message}", here.path, entry.value.mark)
            return ()
        types: list[Direction] = []
        for index, (item, text) in enumerate(zip(items, texts, strict=True)):
            if text is None:
                continue
            path = f"{here.path}[{index}]"
            if faults := validate.policy_type(text):
                self.d.complain(faults, path, item.mark, hints.for_policy_type(text))
                continue
            if Direction(text) in types:
                self.d.warn(f"policyTypes lists {text} twice", path, item.mark)
            types.append(Direction(text))
        return tuple(dict.fromkeys(types))

    def _warn_selects_all(self, path: str, mark: Mark) -> None:
        message = f"{path} is missing: the policy selects every pod of its namespace"
        self.d.warn(message, path, mark, "Say podSelector: {} where you mean every pod.")
