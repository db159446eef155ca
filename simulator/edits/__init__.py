"""The smallest edit that flips one arrow and nothing else.

`smallest_edit(cluster, policies, probe)` gives an Edit, or NoEdit with the reason.
"""

from simulator.edits.change import Change, ChangeKind
from simulator.edits.search import Edit, NoEdit, smallest_edit

__all__ = ["Change", "ChangeKind", "Edit", "NoEdit", "smallest_edit"]
