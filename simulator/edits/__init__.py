"""The smallest edit that flips one arrow and nothing else.

`smallest_edit(cluster, policies, probe)` gives an Edit, or NoEdit with the reason;
`edited_text(text, edit)` writes it into the text that the policies were read from.
"""

from simulator.edits.change import Change, ChangeKind
from simulator.edits.search import Edit, NoEdit, smallest_edit
from simulator.edits.text import EditedText, edited_text

__all__ = ["Change", "ChangeKind", "Edit", "EditedText", "NoEdit", "edited_text", "smallest_edit"]
