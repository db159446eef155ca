"""Nodes → NetworkPolicies, or every problem at once, each with its line, column and field path.

Decoding follows kubectl apply with strict validation against API server 1.35: the same things are
refused, in the same words (networking.k8s.io/v1; rules in `validate`). Null map values vanish, null
list items are zero values, and defaults are filled in as the API server stores them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar, cast

from simulator import hints, validate
from simulator.model import (
    Direction,
    IPBlock,
    Mark,
    Network,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Problem,
    Protocol,
    Requirement,
    Rule,
    Selector,
    Severity,
)
from simulator.source import (
    SUBMISSION,
    Entry,
    Limits,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Source,
    lookalike,
    read,
)
from simulator.words import clip, quote

T = TypeVar("T")

MOST_PROBLEMS = 20
DEFAULT_NAMESPACE = "default"
_ALWAYS_THERE = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


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
) -> Reading:
    """Read a text of NetworkPolicy manifests, in YAML or JSON, one or many or a List.

    `namespaces` are the ones that exist (besides Kubernetes' own); None means that any may.
    Never raises on any input. A policy without a namespace goes to `default`.
    """
    return parse_policies(read(text, limits), limits=limits, namespaces=namespaces)


def parse_policies(
    source: Source,
    *,
    limits: Limits = SUBMISSION,
    namespaces: Iterable[str] | None = None,
) -> Reading:
    """The same for a text that `source.read` has already turned into nodes."""
    known = None if namespaces is None else frozenset(namespaces) | _ALWAYS_THERE
    parser = _Parser(limits, known, list(source.problems))
    if not any(p.severity is Severity.ERROR for p in source.problems):
        parser.documents(source.documents)
    if parser.problems and (warning := lookalike(source)):
        parser.problems.append(warning)
    problems = _sorted_and_cut(parser.problems)
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(() if refused else tuple(parser.policies.values()), problems)


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


@dataclass(frozen=True, slots=True)
class _At:
    """Where a value stands: its path, its parent's Go type and (for messages) its own."""

    path: str
    struct: str
    go_type: str

    def key(self, name: str, struct: str, go_type: str) -> "_At":
        return _At(f"{self.path}.{name}" if self.path else name, struct, go_type)

    def item(self, index: int, go_type: str) -> "_At":
        return _At(f"{self.path}[{index}]", self.struct, go_type)


@dataclass(slots=True)
class _Parser:
    limits: Limits
    namespaces: frozenset[str] | None
    problems: list[Problem] = field(default_factory=list)
    policies: dict[tuple[str, str], NetworkPolicy] = field(default_factory=dict)

    # ── documents ──

    def documents(self, documents: tuple[Node, ...]) -> None:
        found = 0
        for node in documents:
            found += self._document(node)
        if not found and not self.problems:
            hint = "Write a NetworkPolicy: apiVersion, kind, metadata and spec."
            self._error("no objects passed to apply", "", Mark(1, 1), hint)

    def _document(self, node: Node) -> int:
        """Take one document; returns how many objects it held."""
        if _is_null(node):
            return 0
        if not isinstance(node, Mapping):
            hint = "A manifest is a map: apiVersion: …, kind: …, metadata: …, spec: …"
            self._error("invalid object to validate", "", node.mark, hint)
            return 1
        kind = _plain_text(node.get("kind"))
        if kind in {"List", "NetworkPolicyList"}:
            return self._list(node)
        self._count("policies", len(self.policies) + 1, node.mark, "policies")
        self._object(node, kind)
        return 1

    def _list(self, node: Mapping) -> int:
        at = _At("", "List", "v1.List")
        items = self._items(node.get("items"), at.key("items", "List", "[]runtime.RawExtension"))
        return sum(self._document(item) for item in items)

    def _object(self, node: Mapping, kind: str | None) -> None:
        version = _plain_text(node.get("apiVersion"))
        if not self._is_network_policy(node, kind, version):
            return
        errors_before = self._error_count()
        policy = self._policy(node)
        if self._error_count() > errors_before or policy is None:
            return
        key = (policy.namespace, policy.name)
        if key in self.policies:
            message = f"{policy.namespace}/{policy.name} is given twice; the last one is applied"
            self._warn(message, "metadata.name", policy.mark, "Give each policy its own name.")
        self.policies[key] = policy

    def _is_network_policy(self, node: Mapping, kind: str | None, version: str | None) -> bool:
        if not version:
            hint = "The first line of a policy is: apiVersion: networking.k8s.io/v1"
            self._error("apiVersion not set", "apiVersion", node.mark, hint)
        if not kind:
            hint = hints.for_missing_kind(entry.key for entry in node.entries)
            self._error("kind not set", "kind", node.mark, hint)
        if not version or not kind:
            return False
        place = node.get("kind") or node
        if kind != "NetworkPolicy":
            self._error(_unknown_kind(kind, version), "kind", place.mark, hints.for_kind(kind))
            return False
        if version != "networking.k8s.io/v1":
            message = f'no matches for kind "NetworkPolicy" in version {quote(version)}'
            place = node.get("apiVersion") or node
            hint = "NetworkPolicy lives in networking.k8s.io/v1."
            self._error(message, "apiVersion", place.mark, hint)
            return False
        return True

    # ── the policy ──

    def _policy(self, node: Mapping) -> NetworkPolicy | None:
        top = _At("", "NetworkPolicy", "v1.NetworkPolicy")
        fields = self._fields(node, top, validate.POLICY_FIELDS)
        namespace, name, mark = self._metadata(fields.get("metadata"), node.mark)
        spec_entry = fields.get("spec")
        if spec_entry is None:
            self._warn_selects_all("spec", node.mark)
        at = top.key("spec", "NetworkPolicy", "v1.NetworkPolicySpec")
        spec_node = spec_entry.value if spec_entry else None
        spec = self._fields(spec_node, at, validate.SPEC_FIELDS)
        selector = self._target(spec, at, spec_entry)
        types = self._policy_types(spec.get("policyTypes"), at)
        ingress = self._rules(spec.get("ingress"), at, Direction.INGRESS)
        egress = self._rules(spec.get("egress"), at, Direction.EGRESS)
        if not types:
            types = validate.default_policy_types(len(egress))
        self._warn_of_unused_rules(spec, types)
        return NetworkPolicy(namespace, name, selector, types, ingress, egress, mark)

    def _metadata(self, entry: Entry | None, mark: Mark) -> tuple[str, str, Mark]:
        at = _At("metadata", "NetworkPolicy", "v1.ObjectMeta")
        fields = self._fields(entry.value if entry else None, at, validate.METADATA_FIELDS)
        name = self._name(fields, at, entry.mark if entry else mark)
        namespace = self._namespace(fields.get("namespace"), at)
        for key in ("labels", "annotations"):
            self._string_map(fields.get(key), at, key, "ObjectMeta")
        if (entry := fields.get("name")) is not None:
            mark = entry.value.mark
        return namespace, name, mark

    def _name(self, fields: dict[str, Entry], at: _At, mark: Mark) -> str:
        entry = fields.get("name")
        here = at.key("name", "ObjectMeta", "string")
        name = self._text(entry.value, here) if entry else ""
        if name is None:
            return ""
        place = entry.value.mark if entry else mark
        if name == "" and "generateName" in fields:
            hint = "kubectl apply needs a fixed name: use metadata.name."
            self._error("cannot use generate name with apply", here.path, place, hint)
        elif name == "":
            self._error("resource name may not be empty", here.path, place, "Set metadata.name.")
        elif texts := validate.path_segment(name):
            self._error(texts[0], here.path, place, hints.for_name(name))
        else:
            self._complain(validate.policy_name(name), here.path, place, hints.for_name(name))
        return name

    def _namespace(self, entry: Entry | None, at: _At) -> str:
        here = at.key("namespace", "ObjectMeta", "string")
        name = self._text(entry.value, here) if entry else None
        if not name or entry is None:
            return DEFAULT_NAMESPACE
        place = entry.value.mark
        if self.namespaces is None:
            self._complain(validate.namespace_name(name), here.path, place)
        elif name not in self.namespaces:
            hint = hints.for_namespace(name, self.namespaces)
            self._error(f"namespaces {quote(name)} not found", here.path, place, hint)
        return name

    def _target(self, spec: dict[str, Entry], at: _At, spec_entry: Entry | None) -> Selector:
        entry = spec.get("podSelector")
        if entry is None and spec_entry is not None:
            self._warn_selects_all("spec.podSelector", spec_entry.mark)
        here = at.key("podSelector", "NetworkPolicySpec", "v1.LabelSelector")
        return self._selector(entry, here)

    def _policy_types(self, entry: Entry | None, at: _At) -> tuple[Direction, ...]:
        here = at.key("policyTypes", "NetworkPolicySpec", "[]v1.PolicyType")
        items = self._items(entry.value if entry else None, here)
        texts = [self._text(item, here.item(i, "v1.PolicyType")) for i, item in enumerate(items)]
        if entry is not None and len(items) > 2:
            shown = "[" + ",".join(quote(text or "") for text in texts[:6]) + "]"
            message = f"Invalid value: {shown}: may not specify more than two policyTypes"
            self._error(f"{here.path}: {message}", here.path, entry.value.mark)
            return ()
        types: list[Direction] = []
        for index, (item, text) in enumerate(zip(items, texts, strict=True)):
            path = f"{here.path}[{index}]"
            if text is None or self._complain(
                validate.policy_type(text), path, item.mark, hints.for_policy_type(text)
            ):
                continue
            if Direction(text) in types:
                self._warn(f"policyTypes lists {text} twice", path, item.mark)
            types.append(Direction(text))
        return tuple(dict.fromkeys(types))

    # ── rules ──

    def _rules(self, entry: Entry | None, at: _At, direction: Direction) -> tuple[Rule, ...]:
        name = direction.value.lower()
        struct = f"NetworkPolicy{direction.value}Rule"
        here = at.key(name, "NetworkPolicySpec", f"[]v1.{struct}")
        items = self._items(entry.value if entry else None, here)
        items = self._within("rules", items, entry, f"{name} rules")
        rules = tuple(
            self._rule(item, here.item(index, f"v1.{struct}"), direction)
            for index, item in enumerate(items)
        )
        self._warn_of_split_rule(rules, here.path, direction)
        return rules

    def _rule(self, node: Node, at: _At, direction: Direction) -> Rule:
        struct = f"NetworkPolicy{direction.value}Rule"
        fields = self._fields(node, at, validate.RULE_FIELDS[direction], struct)
        side = "from" if direction is Direction.INGRESS else "to"
        peers_at = at.key(side, struct, "[]v1.NetworkPolicyPeer")
        ports_at = at.key("ports", struct, "[]v1.NetworkPolicyPort")
        return Rule(
            self._list_of(fields.get(side), peers_at, "v1.NetworkPolicyPeer", self._peer),
            self._list_of(fields.get("ports"), ports_at, "v1.NetworkPolicyPort", self._port),
            node.mark,
        )

    def _list_of(
        self, entry: Entry | None, at: _At, go_type: str, parse: Callable[[Node, _At], T]
    ) -> tuple[T, ...]:
        items = self._items(entry.value if entry else None, at)
        items = self._within("entries", items, entry, "entries in one list of a rule")
        return tuple(parse(item, at.item(index, go_type)) for index, item in enumerate(items))

    def _peer(self, node: Node, at: _At) -> Peer:
        fields = self._fields(node, at, validate.PEER_FIELDS, "NetworkPolicyPeer")

        def selector(name: str) -> Selector | None:
            here = at.key(name, "NetworkPolicyPeer", "v1.LabelSelector")
            return self._selector(fields[name], here) if name in fields else None

        pods, spaces = selector("podSelector"), selector("namespaceSelector")
        block = self._ip_block(fields["ipBlock"], at) if "ipBlock" in fields else None
        if not fields:
            if not isinstance(node, Mapping) or not self._has_unknown(node, validate.PEER_FIELDS):
                message = f"{at.path}: Required value: must specify a peer"
                self._error(message, at.path, node.mark, hints.EMPTY_PEER)
        elif "ipBlock" in fields and len(fields) > 1:
            message = f"{at.path}: Forbidden: may not specify both ipBlock and another peer"
            self._error(message, at.path, node.mark, hints.BLOCK_AND_SELECTOR)
        return Peer(pods, spaces, block, node.mark)

    def _has_unknown(self, node: Mapping, known: frozenset[str]) -> bool:
        return any(entry.key not in known for entry in node.entries)

    def _ip_block(self, entry: Entry, at: _At) -> IPBlock | None:
        here = at.key("ipBlock", "NetworkPolicyPeer", "v1.IPBlock")
        if not isinstance(entry.value, Mapping):
            self._json_error(entry.value, here)
            return None
        fields = self._fields(entry.value, here, validate.IP_BLOCK_FIELDS)
        cidr_at = here.key("cidr", "IPBlock", "string")
        cidr_entry = fields.get("cidr")
        text = self._text(cidr_entry.value, cidr_at) if cidr_entry else ""
        if text is None:
            return None
        place = cidr_entry.value.mark if cidr_entry else entry.mark
        self._complain(validate.cidr(text), cidr_at.path, place, hints.for_cidr(text))
        self._warn_cidr(text, cidr_at.path, place)
        outer = validate.read_cidr(text)
        excepts = self._excepts(fields.get("except"), here, outer)
        return IPBlock(outer.network, excepts, place) if outer else None

    def _excepts(
        self, entry: Entry | None, at: _At, outer: validate.Cidr | None
    ) -> tuple[Network, ...]:
        here = at.key("except", "IPBlock", "[]string")
        items = self._items(entry.value if entry else None, here)
        items = self._within("excepts", items, entry, "exceptions in one ipBlock")
        networks = []
        for index, item in enumerate(items):
            text = self._text(item, here.item(index, "string"))
            path = f"{here.path}[{index}]"
            if text is None:
                continue
            self._complain(
                validate.except_cidr(text, outer), path, item.mark, hints.for_except(text)
            )
            self._warn_cidr(text, path, item.mark)
            if inner := validate.read_cidr(text):
                networks.append(inner.network)
        return tuple(networks)

    def _port(self, node: Node, at: _At) -> Port:
        struct = "NetworkPolicyPort"
        fields = self._fields(node, at, validate.PORT_FIELDS, struct)
        protocol = self._protocol(fields.get("protocol"), at.key("protocol", struct, "v1.Protocol"))
        number = self._port_value(fields.get("port"), at.key("port", struct, "int32"))
        end_at = at.key("endPort", struct, "int32")
        end_entry = fields.get("endPort")
        end = self._integer(end_entry.value, end_at) if end_entry else None
        if end is not None and end_entry is not None and not isinstance(number, _Bad):
            hint = hints.END_PORT
            self._complain(validate.end_port(number, end), end_at.path, end_entry.value.mark, hint)
        port = None if isinstance(number, _Bad) else number
        return Port(cast(Protocol, protocol), port, end, node.mark)

    def _protocol(self, entry: Entry | None, at: _At) -> str:
        text = self._text(entry.value, at) if entry else "TCP"
        if text is None or entry is None:
            return "TCP"
        hint = hints.for_protocol(text)
        return (
            "TCP"
            if self._complain(validate.protocol(text), at.path, entry.value.mark, hint)
            else text
        )

    def _port_value(self, entry: Entry | None, at: _At) -> "int | str | _Bad | None":
        if entry is None:
            return None
        node = entry.value
        if isinstance(node, Scalar) and isinstance(node.value, str):
            hint = hints.for_port_name(node.value)
            if self._complain(validate.port_name(node.value), at.path, node.mark, hint):
                return _Bad()
            return node.value
        number = self._integer(node, at)
        if number is None or self._complain(validate.port_number(number), at.path, node.mark):
            return _Bad()
        self._warn_of_odd_number(node, number, at.path)
        return number

    # ── selectors ──

    def _selector(self, entry: Entry | None, at: _At) -> Selector:
        node = entry.value if entry else None
        fields = self._fields(node, at, validate.SELECTOR_FIELDS, "LabelSelector")
        labels = self._match_labels(fields.get("matchLabels"), at)
        expressions = self._expressions(fields.get("matchExpressions"), at)
        return Selector((*labels, *expressions), entry.mark if entry else None)

    def _match_labels(self, entry: Entry | None, at: _At) -> tuple[Requirement, ...]:
        pairs = self._string_map(entry, at, "matchLabels", "LabelSelector")
        return tuple(Requirement(key, Operator.IN, (value,), mark) for key, value, mark in pairs)

    def _string_map(
        self, entry: Entry | None, at: _At, name: str, struct: str
    ) -> list[tuple[str, str, Mark]]:
        here = at.key(name, struct, "map[string]string")
        if entry is None or _is_null(entry.value):
            return []
        if not isinstance(entry.value, Mapping):
            self._json_error(entry.value, here)
            return []
        pairs = []
        for item in entry.value.entries:
            if _is_null(item.value):
                self._warn_null_label(item, here.path, name)
                continue
            value = self._text(item.value, _At(here.path, struct, "string"))
            if value is not None:
                self._check_pair(item, value, here.path, name)
                pairs.append((item.key, value, item.mark))
        return pairs

    def _check_pair(self, item: Entry, value: str, path: str, name: str) -> None:
        hint = hints.for_label(item.key, value)
        self._complain(validate.label_key(item.key), path, item.mark, hint)
        if name != "annotations":
            self._complain(validate.label_value(value), path, item.value.mark, hint)

    def _expressions(self, entry: Entry | None, at: _At) -> tuple[Requirement, ...]:
        here = at.key("matchExpressions", "LabelSelector", "[]v1.LabelSelectorRequirement")
        items = self._items(entry.value if entry else None, here)
        items = self._within("expressions", items, entry, "expressions in one selector")
        go_type = "v1.LabelSelectorRequirement"
        found = (self._expression(n, here.item(i, go_type)) for i, n in enumerate(items))
        return tuple(requirement for requirement in found if requirement is not None)

    def _expression(self, node: Node, at: _At) -> Requirement | None:
        struct = "LabelSelectorRequirement"
        fields = self._fields(node, at, validate.EXPRESSION_FIELDS, struct)

        def text(name: str) -> tuple[str, Mark]:
            if (entry := fields.get(name)) is None:
                return "", node.mark
            return self._text(entry.value, at.key(name, struct, "string")) or "", entry.value.mark

        key, key_mark = text("key")
        operator, operator_mark = text("operator")
        values = self._values(fields.get("values"), at)
        bad = False
        for name, message in validate.operator(operator, len(values)):
            entry = fields.get(name)
            mark = entry.value.mark if entry else operator_mark
            hint = hints.for_operator(operator)
            bad |= self._complain([message], f"{at.path}.{name}", mark, hint)
        bad |= self._complain(validate.label_key(key), f"{at.path}.key", key_mark)
        return None if bad else Requirement(key, Operator(operator), values, node.mark)

    def _values(self, entry: Entry | None, at: _At) -> tuple[str, ...]:
        here = at.key("values", "LabelSelectorRequirement", "[]string")
        items = self._items(entry.value if entry else None, here)
        items = self._within("values", items, entry, "values in one expression")
        values = []
        for index, item in enumerate(items):
            text = self._text(item, here.item(index, "string"))
            if text is not None:
                self._complain(validate.label_value(text), f"{here.path}[{index}]", item.mark)
                values.append(text)
        return tuple(values)

    # ── decoding ──

    def _fields(
        self, node: Node | None, at: _At, known: frozenset[str], struct: str = ""
    ) -> dict[str, Entry]:
        """The mapping's known, non-null entries; unknown fields and wrong types are problems."""
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, Mapping):
            self._json_error(node, at)
            return {}
        for entry in node.entries:
            if entry.key not in known:
                path = f"{at.path}.{entry.key}" if at.path else entry.key
                message = f"strict decoding error: unknown field {quote(path)}"
                hint = hints.for_unknown_field(entry.key, at.path, known)
                self._error(message, path, entry.mark, hint)
        return {e.key: e for e in node.entries if e.key in known and not _is_null(e.value)}

    def _items(self, node: Node | None, at: _At) -> tuple[Node, ...]:
        if node is None or _is_null(node):
            return ()
        if isinstance(node, Sequence):
            return node.items
        self._json_error(node, at)
        return ()

    def _text(self, node: Node, at: _At) -> str | None:
        """A string; null is the empty one; None after a problem."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        if _is_null(node):
            return ""
        self._json_error(node, at)
        return None

    def _integer(self, node: Node, at: _At) -> int | None:
        value = node.value if isinstance(node, Scalar) else None
        # 8e1 is the number 80 to kubectl; what !!float marks stays a fraction.
        whole = isinstance(value, float) and value.is_integer() and cast(Scalar, node).plain
        if isinstance(value, int | float) and not isinstance(value, bool):
            if (whole or isinstance(value, int)) and -(2**31) <= value < 2**31:
                return int(value)
            self._json_error(node, at, f"number {clip(_number_text(value))}")
            return None
        self._json_error(node, at)
        return None

    def _json_error(self, node: Node, at: _At, found: str = "") -> None:
        found = found or _json_kind(node)
        dotted = re.sub(r"\[\d+\]", "", at.path)
        target = f"{at.struct}.{dotted} of type {at.go_type}"
        message = f"json: cannot unmarshal {found} into Go struct field {target}"
        self._error(message, at.path, node.mark, hints.for_type(node, at.go_type, at.path))

    # ── problems ──

    def _error(self, message: str, path: str, mark: Mark | None, hint: str = "") -> None:
        self.problems.append(Problem(message, mark, clip(path), hint))

    def _error_count(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    def _complain(self, texts: list[str], path: str, mark: Mark, hint: str = "") -> bool:
        for text in texts:
            self._error(f"{path}: {text}", path, mark, hint)
        return bool(texts)

    def _warn(self, message: str, path: str, mark: Mark | None, hint: str = "") -> None:
        self.problems.append(Problem(message, mark, clip(path), hint, Severity.WARNING))

    def _within(
        self, name: str, items: tuple[Node, ...], entry: Entry | None, what: str
    ) -> tuple[Node, ...]:
        """The items up to the limit of this name; more of them is a problem, told once."""
        if entry is not None:
            self._count(name, len(items), entry.mark, what)
        return items[: getattr(self.limits, name)]

    def _count(self, name: str, number: int, mark: Mark, what: str) -> None:
        most = getattr(self.limits, name)
        if most is not None and number > most:
            message = f"the text has more than {most:,} {what}"
            if not any(problem.limit == name for problem in self.problems):
                self.problems.append(Problem(message, mark, hint=hints.LIMIT, limit=name))

    def _warn_selects_all(self, path: str, mark: Mark) -> None:
        message = f"{path} is missing: the policy selects every pod of its namespace"
        self._warn(message, path, mark, "Say podSelector: {} where you mean every pod.")

    def _warn_null_label(self, item: Entry, path: str, name: str) -> None:
        if name == "annotations":
            return
        message = f"{quote(item.key)} has no value: kubectl apply drops it without a word"
        effect = (
            "the selector no longer asks for this label"
            if name == "matchLabels"
            else "no such label is set"
        )
        self._warn(
            message, path, item.mark, f"As it stands, {effect}. Write key: value, with a blank."
        )

    def _warn_of_unused_rules(self, spec: dict[str, Entry], types: tuple[Direction, ...]) -> None:
        for direction in Direction:
            entry = spec.get(direction.value.lower())
            if entry is not None and direction not in types:
                message = (
                    f"{entry.key} rules are ignored: policyTypes does not list {direction.value}"
                )
                hint = f"Add {direction.value} to policyTypes, or delete the rules."
                self._warn(message, f"spec.{entry.key}", entry.mark, hint)

    def _warn_of_split_rule(self, rules: tuple[Rule, ...], path: str, direction: Direction) -> None:
        for index, (first, second) in enumerate(pairwise(rules)):
            if first.peers and not first.ports and second.ports and not second.peers:
                side = "from" if direction is Direction.INGRESS else "to"
                who = "anybody" if direction is Direction.INGRESS else "any destination"
                message = (
                    f"`ports` is a rule of its own here: rule {index + 1} allows every port, and "
                    f"rule {index + 2} allows {who} on its ports"
                )
                hint = f"For one rule with both, drop the dash and indent `ports` like `{side}`."
                self._warn(message, f"{path}[{index + 1}]", second.mark, hint)

    def _warn_of_odd_number(self, node: Node, number: int, path: str) -> None:
        if isinstance(node, Scalar) and node.plain and node.text != str(number):
            message = f"{clip(node.text)} is the number {number}"
            self._warn(message, path, node.mark, f"Write {number}, so that readers see it too.")

    def _warn_cidr(self, text: str, path: str, mark: Mark) -> None:
        for message in validate.cidr_warnings(text):
            self._warn(f"{path}: {message}", path, mark)


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands for a value whose problem has been told."""


def _unknown_kind(kind: str, version: str) -> str:
    if kind.lower() == "networkpolicy" and version == "networking.k8s.io/v1":
        return f"no kind {quote(kind)} is registered for version {quote(version)}"
    return f"no matches for kind {quote(kind)} in version {quote(version)}"


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _plain_text(node: Node | None) -> str | None:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    return None if node is None or _is_null(node) else _json_kind(node)


def _number_text(value: float) -> str:
    """As Go's JSON writes it: a whole number without a fraction."""
    return f"{value:g}" if not float(value).is_integer() else str(int(value))


def _json_kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "object"
    if isinstance(node, Sequence):
        return "array"
    if isinstance(node.value, bool):
        return "bool"
    return "string" if isinstance(node.value, str) else "number"
