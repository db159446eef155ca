"""verify.sh: the probes of the matrix on a real cluster, compared with the simulator's verdicts.

A real cluster gives its pods other addresses than the sandbox has. So what hangs on an ipBlock
that may or may not cover a pod is skipped, as is everything that the API leaves undefined.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from simulator.evaluate import evaluate
from simulator.explain import PASSING
from simulator.model import (
    Cluster,
    Direction,
    IPBlock,
    NetworkPolicy,
    Outcome,
    Peer,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
    Rule,
)

#: Each probe takes a kubectl exec, so that more of them would take hours.
MOST_PROBES = 1_000
_ANYWHERE = ip_network("0.0.0.0/0")
_SOME_ADDRESS = ip_address("10.0.0.1")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a probe is expected to give: allowed, denied, or skipped."""

    probe: Probe
    says: str

    @property
    def line(self) -> str:
        """One line of the table: names, port, protocol and answer, none of which holds a blank."""
        source, target = self.probe.source, self.probe.target
        assert isinstance(source, Pod)
        assert isinstance(target, Pod)
        ends = f"{source.namespace} {source.name} {target.namespace} {target.name}"
        return f"{ends} {self.probe.port} {self.probe.protocol.lower()} {self.says}"


def expected(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> tuple[Expected, ...]:
    """Every pod to every declared port of every other, in the order of the sources."""
    anywhere = [_everywhere(policy) for policy in policies]
    plugin = replace(cluster.plugin, ip_block_on_pods=PodAddressMatching.UNDEFINED)
    pods = tuple(replace(pod, addresses=(_SOME_ADDRESS,), node="") for pod in cluster.pods)
    world = replace(cluster, pods=pods, hosts=(), plugin=plugin)
    found = []
    for source in pods:
        for target in pods:
            for port in dict.fromkeys((p.protocol, p.port) for p in target.ports):
                if source is not target:
                    probe = Probe(source, target, *port)
                    found.append(Expected(probe, _says(world, anywhere, probe)))
    return tuple(found)


def _says(cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Probe) -> str:
    outcome = evaluate(cluster, policies, probe).outcome
    if outcome in PASSING:
        return "allowed"
    return "denied" if outcome is Outcome.DENIED else "skipped"


def _everywhere(policy: NetworkPolicy) -> NetworkPolicy:
    """The policy with blocks that may cover any pod: nobody knows the real addresses."""

    def rule(one: Rule) -> Rule:
        return replace(one, peers=tuple(map(peer, one.peers)))

    def peer(one: Peer) -> Peer:
        return replace(one, ip_block=IPBlock(_ANYWHERE)) if one.ip_block else one

    rules = {d: tuple(map(rule, policy.rules(d))) for d in Direction}
    return replace(policy, ingress=rules[Direction.INGRESS], egress=rules[Direction.EGRESS])


# ── The script ───────────────────────────────────────────────────────────────────────────────


def verify_script(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> str:
    """The script, whole: POSIX sh, kubectl and awk are all that it needs."""
    every = expected(cluster, policies)
    asked = [each for each in every if each.says != "skipped"]
    skipped = len(every) - len(asked)
    left = max(0, len(asked) - MOST_PROBES)
    return _SCRIPT.format(
        notes="".join(f"# {line}\n" for line in _notes(cluster, skipped, left)),
        skipped=skipped,
        left=left,
        waits="\n".join(_waits(cluster)) or ":",
        table="\n".join(each.line for each in asked[:MOST_PROBES]),
    )


def _notes(cluster: Cluster, skipped: int, left: int) -> list[str]:
    notes = []
    if not cluster.plugin.enforces:
        notes.append("The sandbox's plugin enforces nothing: everything is expected to pass.")
    if cluster.plugin != Plugin():
        notes.append("Expected is what the sandbox's switches say of the network plugin.")
    if skipped:
        notes.append(f"{skipped} probes are skipped: the API, or an ipBlock, leaves them open.")
    if left:
        notes.append(f"{left} probes more are left out: {MOST_PROBES} take long enough.")
    return notes


def _waits(cluster: Cluster) -> list[str]:
    spaces = dict.fromkeys(pod.namespace for pod in cluster.pods)
    return [
        f"ready {shlex.quote(space)} "
        + " ".join(shlex.quote(f"pod/{p.name}") for p in cluster.pods if p.namespace == space)
        for space in spaces
    ]


_SCRIPT = """\
#!/bin/sh
# Asks a cluster, by kubectl exec, what a netpol_lab sandbox was asked, and compares the answers.
# Apply sandbox.yaml first. Ends with 0: all as expected; 1: some differ; 2: it could not be asked.
#   sh verify.sh            every probe
#   sh verify.sh prod/db    those to or from this pod (or namespace: prod/)
# KUBECTL, TIMEOUT (seconds a probe waits), TRIES and PAUSE (seconds between them) can be set.
{notes}set -u
KUBECTL=${{KUBECTL:-kubectl}}
TIMEOUT=${{TIMEOUT:-2}}
TRIES=${{TRIES:-3}}
PAUSE=${{PAUSE:-2}}
ONLY=${{1-}}

stop() {{
  printf '%s\\n' "$1" >&2
  exit 2
}}

ready() {{
  space=$1
  shift
  "$KUBECTL" wait --for=condition=Ready --timeout=120s -n "$space" "$@" </dev/null >/dev/null ||
    stop "The pods of $space are not ready. Was sandbox.yaml applied?"
}}

# The address of a pod, asked for once.
ADDRESSES=
address() {{
  ip=$(printf '%s\\n' "$ADDRESSES" | awk -v pod="$1/$2" '$1 == pod {{ print $2; exit }}')
  [ -n "$ip" ] && return
  ip=$("$KUBECTL" get pod -n "$1" "$2" -o 'jsonpath={{.status.podIP}}' </dev/null) ||
    stop "The address of $1/$2 cannot be read."
  [ -n "$ip" ] || stop "The pod $1/$2 has no address."
  ADDRESSES="$ADDRESSES
$1/$2 $ip"
}}

# A refusal must be the network's, not kubectl's.
can_exec() {{
  "$KUBECTL" exec -n "$1" "$2" -c main -- /agnhost --help </dev/null >/dev/null 2>&1 ||
    stop "Nothing can be executed in $1/$2."
}}

probe() {{
  if "$KUBECTL" exec -n "$1" "$2" -c main -- /agnhost connect "$3" \\
    "--timeout=${{TIMEOUT}}s" "--protocol=$4" </dev/null >/dev/null 2>&1; then
    got=allowed
  else
    got=denied
  fi
}}

command -v "$KUBECTL" >/dev/null 2>&1 || stop "There is no $KUBECTL."
{waits}

same=0
differ=0
last=
while read -r from_space from_pod to_space to_pod port protocol want; do
  [ -n "$want" ] || continue
  case " $from_space/$from_pod $to_space/$to_pod" in
    *" $ONLY"*) ;;
    *) continue ;;
  esac
  if [ "$last" != "$from_space/$from_pod" ]; then
    can_exec "$from_space" "$from_pod"
    last=$from_space/$from_pod
  fi
  address "$to_space" "$to_pod"
  case $ip in
    *:*) target="[$ip]:$port" ;;
    *) target="$ip:$port" ;;
  esac
  try=1
  probe "$from_space" "$from_pod" "$target" "$protocol"
  # Policies take a moment to reach every node.
  while [ "$got" != "$want" ] && [ "$try" -lt "$TRIES" ]; do
    sleep "$PAUSE"
    try=$((try + 1))
    probe "$from_space" "$from_pod" "$target" "$protocol"
  done
  flow="$from_space/$from_pod -> $to_space/$to_pod : $port/$protocol"
  if [ "$got" = "$want" ]; then
    same=$((same + 1))
    printf 'ok      %s is %s\\n' "$flow" "$got"
  else
    differ=$((differ + 1))
    printf 'DIFFERS %s is %s, expected %s\\n' "$flow" "$got" "$want"
  fi
done <<'TABLE'
{table}
TABLE

printf '%s as expected, %s differ, {skipped} skipped, {left} left out\\n' "$same" "$differ"
[ "$differ" -eq 0 ]
"""
