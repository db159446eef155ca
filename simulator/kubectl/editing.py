"""kubectl edit: the editor of the page is the editor; KUBE_EDITOR can be a plain sed."""

import re

from simulator.kubectl.applying import forbidden, with_text
from simulator.kubectl.call import GLOBAL, Call, asked, named
from simulator.kubectl.documents import Document, documents
from simulator.kubectl.flags import Flag
from simulator.kubectl.making import namespace_names
from simulator.kubectl.objects import sheet
from simulator.kubectl.resources import POLICIES
from simulator.kubectl.sheet import put
from simulator.kubectl.state import Answer, Stop, note
from simulator.words import clip

FLAGS = (
    *GLOBAL, Flag("output", "o", "value"), Flag("filename", "f", "value"), Flag("save-config"),
    Flag("validate", "", "perhaps"),
)  # fmt: skip
_SED = re.compile(r"sed -i(?: -e)? ['\"]?s/((?:[^/\\]|\\.)*)/((?:[^/\\]|\\.)*)/g?['\"]?")
_COPY = "/tmp/kubectl-edit-1.yaml"


def edit(call: Call) -> Answer:
    """Show a policy in the editor."""
    wanted = asked(call, call.words.args)
    if len(wanted) != 1 or not wanted[0][1]:
        raise Stop("error: name one policy to edit\n")
    ((one, name),) = wanted
    named(call, one, name)
    if one is not POLICIES:
        raise Stop(
            f"error: the {one.name} of this lab cannot be edited: kubectl label changes labels\n"
        )
    if call.state.policies_fixed:
        raise Stop(forbidden(name, "its policies"))
    editor = dict(call.settings).get("KUBE_EDITOR") or dict(call.settings).get("EDITOR")
    document = next(each for each in sheet(call.state).held if each.ref == (call.namespace, name))
    if editor:
        return _by(call, document, editor)
    said = note(f"{call.namespace}/{name} is in the editor above: every change counts at once")
    return Answer(call.state, said, "", 0, f"edit {call.namespace}/{name}")


def _by(call: Call, document: Document, editor: str) -> Answer:
    """An editor that can be run without a screen: `true`, or one replacement by sed."""
    match = _SED.fullmatch(editor.strip())
    if editor.strip() != "true" and match is None:
        raise Stop(
            f"error: the editor {clip(editor)} is not part of this lab: leave KUBE_EDITOR out\n"
        )
    new = document.text
    if match is not None:
        new = new.replace(match[1].replace("\\", ""), match[2].replace("\\", ""))
    if new == document.text:
        return Answer(call.state, "", "Edit cancelled, no changes made.\n")
    known = namespace_names(call.state)
    (read, *_) = [*documents(new, namespaces=known, version=call.state.kubernetes), document]
    if read.policy is None:
        said = f'error: {POLICIES.qualified} "{document.name}" is invalid\n'
        copy = f'A copy of your changes has been stored to "{_COPY}"\n'
        return Answer(
            call.state, "", said + copy + "error: Edit cancelled, no valid changes were saved.\n", 1
        )
    state = with_text(call.state, put(call.state.text, document.ref, new))
    return Answer(state, f"{POLICIES.singular}/{document.name} edited\n")
