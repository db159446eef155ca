"""What `kubectl get ns,pods,svc,netpol,deploy -A -o yaml` prints, or manifests → a cluster."""

from simulator.snapshot.reading import FileProblem, Snapshot, read_snapshot

__all__ = ["FileProblem", "Snapshot", "read_snapshot"]
