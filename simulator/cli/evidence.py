"""Verdicts as JSON, with all their evidence. The shapes are a contract: docs/simulator.md.

Fields may be added; none is renamed or dropped. Lines and columns count from 1, rules and peers
from 0 as in field paths.
"""

from collections.abc import Iterator

from simulator.cli.cells import Spans
from simulator.cli.files import File
from simulator.cli.world import World
from simulator.explain import explain
from simulator.model import (
    Connection,
    Gate,
    LookUp,
    Mark,
    NetworkPolicy,
    PeerMiss,
    PolicyEffect,
    Requirement,
    RuleEffect,
    Verdict,
)
from simulator.phrases import requirement_words

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def verdict_json(world: World, verdict: Verdict) -> dict[str, Json]:
    """One verdict: the question, the outcome, sentences, and both gates."""
    probe, text = verdict.probe, explain(verdict)
    return {
        "from": probe.source.ref,
        "to": probe.target.ref,
        "protocol": probe.protocol,
        "port": probe.port,
        "outcome": verdict.outcome.value,
        "sentence": text.sentence,
        "gates": [
            {**_gate(world, gate), "text": words.text}
            for gate, words in zip(verdict.gates, text.gates, strict=True)
        ],
    }


def connection_json(world: World, connection: Connection) -> dict[str, Json]:
    """A connection to a Service: look-up, then one verdict for each endpoint behind it."""
    probe = connection.probe
    return {
        "from": probe.source.ref,
        "to": probe.target.ref,
        "dialled": probe.name,
        "protocol": probe.protocol,
        "port": probe.port,
        "outcome": connection.outcome.value,
        "obstacle": connection.obstacle,
        "lookUp": _look_up(world, connection.look_up),
        "endpoints": [verdict_json(world, verdict) for verdict in connection.verdicts],
    }


def _look_up(world: World, look_up: LookUp | None) -> Json:
    if look_up is None:
        return None
    return {
        "outcome": look_up.outcome.value,
        "endpoints": [verdict_json(world, verdict) for verdict in look_up.verdicts],
    }


def _gate(world: World, gate: Gate) -> dict[str, Json]:
    return {
        "direction": gate.direction.value,
        "endpoint": gate.endpoint.ref,
        "outcome": gate.outcome.value,
        "reason": gate.reason.value,
        "isolated": gate.isolated,
        "policies": [_policy(world, effect) for effect in gate.effects],
    }


def _policy(world: World, effect: PolicyEffect) -> Json:
    policy = effect.policy
    return {
        "policy": policy_ref(policy),
        **place_json(world.source_of(policy), policy.mark),
        "rules": [_rule(rule) for rule in effect.rules],
    }


def policy_ref(policy: NetworkPolicy) -> str:
    """`namespace/name`."""
    return f"{policy.namespace}/{policy.name}"


def place_json(file: File | None, mark: Mark | None) -> dict[str, Json]:
    """Where something stands; null where nobody knows."""
    return {
        "file": file.name if file else None,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
    }


def _rule(effect: RuleEffect) -> Json:
    return {
        "index": effect.index,
        "line": effect.rule.mark.line if effect.rule.mark else None,
        "admits": effect.admits,
        "undefined": effect.undefined,
        "anyPeer": effect.any_peer,
        "peer": effect.peer_index,
        "anyPort": effect.any_port,
        "port": effect.port_index,
        "misses": list(_misses(effect)),
    }


def _misses(effect: RuleEffect) -> Iterator[Json]:
    for miss in effect.peer_misses:
        mark = (miss.requirement.mark if miss.requirement else None) or miss.peer.mark
        yield {
            "peer": miss.peer_index,
            "fault": miss.fault.value,
            "wants": _wants(miss),
            "line": mark.line if mark else None,
            "column": mark.column if mark else None,
        }


def _wants(miss: PeerMiss) -> str | None:
    """The condition that fails, in words: a label requirement or an address range."""
    requirement: Requirement | None = miss.requirement
    if requirement is not None:
        return requirement_words(requirement)
    return str(miss.network) if miss.network is not None else None


def spans_json(spans: Spans) -> dict[str, Json]:
    """`{"TCP": [[80, 80], [8000, 8100]]}`: inclusive spans of ports for each protocol."""
    return {protocol: [[low, high] for low, high in ports.intervals] for protocol, ports in spans}
