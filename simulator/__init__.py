"""The netpol_lab simulator: which connections pass in a Kubernetes cluster, and why.

Pure Python on top of PyYAML; it imports no Django, knows no clock and no network, and reads no
files (only `simulator.cli` does). What stands here is the public interface, described with
examples in docs/python-api.md; every other name may change.

Text to values      read_policies, read_snapshot, read_document
One question        evaluate (a Probe), connect (a Dial to a Service); explain puts it into words
All questions       Matrix
Two sets            diff (exact over every cluster), check (an answer against a reference)
Help                smallest_edit, recognise, read_aloud
A terminal          simulator.kubectl: run, complete
"""

# Five functions share their module's name. They are imported at once: imported later, the module
# would stand where the function should. The rest comes when it is asked for.
from importlib import import_module
from typing import TYPE_CHECKING

from simulator.check import check
from simulator.connect import connect
from simulator.diff import diff
from simulator.evaluate import evaluate
from simulator.explain import explain

if TYPE_CHECKING:
    from simulator.aloud import PolicyWords, read_aloud
    from simulator.check import Fault, Result, Scope
    from simulator.diff import Diff, Difference
    from simulator.document import read_document
    from simulator.edits import Edit, NoEdit, smallest_edit
    from simulator.explain import Explanation, explain_connection
    from simulator.limits import COMMAND_LINE, SUBMISSION, Limits
    from simulator.manifest import stored
    from simulator.matrix import Matrix, Reach
    from simulator.mistakes import Attempt, Recognised, recognise
    from simulator.model import (
        Cluster,
        Connection,
        ContainerPort,
        Dial,
        Direction,
        Endpoint,
        ExternalHost,
        Gate,
        GateReason,
        IPBlock,
        Mark,
        Namespace,
        NetworkPolicy,
        Operator,
        Outcome,
        Peer,
        Plugin,
        Pod,
        Port,
        Probe,
        Problem,
        Requirement,
        Rule,
        Selector,
        Service,
        ServicePort,
        Severity,
        Verdict,
    )
    from simulator.parse import Reading, read_policies
    from simulator.ports import PortSet
    from simulator.snapshot import Snapshot, read_snapshot

#: Where each name lives.
_HOMES = {
    "simulator.aloud": "PolicyWords read_aloud",
    "simulator.check": "Fault Result Scope",
    "simulator.diff": "Diff Difference",
    "simulator.document": "read_document",
    "simulator.edits": "Edit NoEdit smallest_edit",
    "simulator.explain": "Explanation explain_connection",
    "simulator.limits": "COMMAND_LINE SUBMISSION Limits",
    "simulator.manifest": "stored",
    "simulator.matrix": "Matrix Reach",
    "simulator.mistakes": "Attempt Recognised recognise",
    "simulator.model": (
        "Cluster Connection ContainerPort Dial Direction Endpoint ExternalHost Gate GateReason "
        "IPBlock Mark Namespace NetworkPolicy Operator Outcome Peer Plugin Pod Port Probe Problem "
        "Requirement Rule Selector Service ServicePort Severity Verdict"
    ),
    "simulator.parse": "Reading read_policies",
    "simulator.ports": "PortSet",
    "simulator.snapshot": "Snapshot read_snapshot",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "COMMAND_LINE",
    "SUBMISSION",
    "Attempt",
    "Cluster",
    "Connection",
    "ContainerPort",
    "Dial",
    "Diff",
    "Difference",
    "Direction",
    "Edit",
    "Endpoint",
    "Explanation",
    "ExternalHost",
    "Fault",
    "Gate",
    "GateReason",
    "IPBlock",
    "Limits",
    "Mark",
    "Matrix",
    "Namespace",
    "NetworkPolicy",
    "NoEdit",
    "Operator",
    "Outcome",
    "Peer",
    "Plugin",
    "Pod",
    "PolicyWords",
    "Port",
    "PortSet",
    "Probe",
    "Problem",
    "Reach",
    "Reading",
    "Recognised",
    "Requirement",
    "Result",
    "Rule",
    "Scope",
    "Selector",
    "Service",
    "ServicePort",
    "Severity",
    "Snapshot",
    "Verdict",
    "check",
    "connect",
    "diff",
    "evaluate",
    "explain",
    "explain_connection",
    "read_aloud",
    "read_document",
    "read_policies",
    "read_snapshot",
    "recognise",
    "smallest_edit",
    "stored",
]


if not TYPE_CHECKING:  # a type checker knows the names from above

    def __getattr__(name: str) -> object:
        """A public name, imported when it is first asked for."""
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = found
        return found
