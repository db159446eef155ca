"""The recorded commands of ../shared/apiserver/kubectl.jsonl as states of our terminal.

Inside a section the recorded state adds up, so ours does too; where the objects that are listed
change, the state is made anew of them. What differs from run to run is masked on both sides.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml

from simulator.kubectl import Answer, State, run
from simulator.model import Cluster, ExternalHost, Service, ServicePort
from simulator.snapshot import read_snapshot

_STATUS = re.compile(r"([\w-]+)/([\w-]+)=([\d.]+) on (\w+)")
#: What the recording's own masking was piped through; we mask the same ourselves.
_SED = re.compile(r" \| sed -E '[^']*'")
#: A server has this Service from its first minute; setups do not list it.
_KUBERNETES = Service(
    "default", "kubernetes", None, (ServicePort(443, 6443, name="https"),),
    addresses=(ip_address("10.96.0.1"),),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded command."""

    id: str
    setup: tuple[str, ...]
    command: str
    stdout: str
    stderr: str
    exit: int
    user: str = ""
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded command with our answer."""

    recorded: Recorded
    answer: Answer

    @property
    def reproduced(self) -> bool:
        """Whether we print the same, but for what differs from run to run."""
        return self.ours == self.theirs

    @property
    def ours(self) -> tuple[str, str, int]:
        return mask(self.answer.stdout), mask(self.answer.stderr), self.answer.exit

    @property
    def theirs(self) -> tuple[str, str, int]:
        return mask(self.recorded.stdout), mask(self.recorded.stderr), self.recorded.exit


def recorded(shared: Path) -> list[Recorded]:
    """Every command, in order."""
    text = (shared / "apiserver" / "kubectl.jsonl").read_text("utf-8")
    found = []
    for line in text.splitlines():
        row = json.loads(line)
        row.pop("note", None)
        found.append(Recorded(**{**row, "setup": tuple(row["setup"])}))
    return found


def replay(rows: list[Recorded]) -> Iterator[Replayed]:
    """Our answer to each, one after another."""
    setup: tuple[str, ...] | None = None
    section = ""
    state = State(Cluster((), ()))
    for row in rows:
        if row.setup != setup:
            if not (_section(row) == section and _cluster(row.setup) == _cluster(setup or ())):
                state = state_of(row.setup)
            setup = row.setup
        section = _section(row)
        state = replace(state, files=row.files, namespace="default")
        answer = run(state, _SED.sub(" | cat", row.command))
        state = answer.state
        yield Replayed(row, answer)


def _section(row: Recorded) -> str:
    return row.id.partition(":")[0]


def _cluster(setup: tuple[str, ...]) -> tuple[str, ...]:
    """What is no policy: policies come and go by the commands themselves."""
    return tuple(text for text in setup if "kind: NetworkPolicy" not in text)


def state_of(setup: tuple[str, ...]) -> State:
    """The state with these objects in it."""
    addresses = {
        f"{space}/{name}": ip for text in setup for space, name, ip, _ in _STATUS.findall(text)
    }
    texts: list[tuple[str, str]] = []
    policies: list[str] = []
    for number, text in enumerate(setup):
        if text.startswith("("):
            continue
        one: dict[str, Any] = yaml.safe_load(text)
        if one["kind"] == "NetworkPolicy":
            policies.append(text)
        elif one["kind"] == "Pod":
            ref = f"{one['metadata']['namespace']}/{one['metadata']['name']}"
            one["status"] = {"podIPs": [{"ip": addresses[ref]}]} if ref in addresses else {}
            texts.append((str(number), json.dumps(one)))
        else:
            texts.append((str(number), text))
    cluster = read_snapshot(texts).cluster
    node = ExternalHost("node01", ip_address("192.168.0.11"), node=True)
    cluster = replace(cluster, hosts=(*cluster.hosts, node), services=(_KUBERNETES,))
    return State(cluster, "---\n".join(policies), labels_fixed=False, context="admin@lab")


_MASKS = (
    # A length of time, with the blanks that line up what follows it.
    (re.compile(r"(?<= )\d+[smhd](?= |$)( +(?=\S))?", re.MULTILINE), "AGE "),
    (re.compile(r"\bAGE +"), "AGE "),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "DATE"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC"), "DATE"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"), "DATE"),
    (re.compile(r"resourceVersion: \"\d+\""), "resourceVersion: N"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"/tmp/kubectl-edit-\w+"), "/tmp/kubectl-edit-NNN"),
)


def mask(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text
