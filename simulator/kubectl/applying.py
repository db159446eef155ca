"""kubectl apply, create and replace: documents come into the learner's text."""

from collections.abc import Sequence
from dataclasses import replace

from simulator.kubectl.call import FILES, GLOBAL, SELECTING, Call, usage
from simulator.kubectl.documents import Document, Ref
from simulator.kubectl.files import Given, given
from simulator.kubectl.flags import BARE, Flag
from simulator.kubectl.making import namespace_names
from simulator.kubectl.objects import check_namespace, policy_object, sheet
from simulator.kubectl.printing import check_format, printed
from simulator.kubectl.refusing import api_warnings, refusal
from simulator.kubectl.resources import NAMESPACES, POLICIES, find, not_found
from simulator.kubectl.sheet import put, with_metadata
from simulator.kubectl.state import MOST_STDIN, Answer, State, Stop, note
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.validate import namespace_name
from simulator.words import clip

FLAGS = (*GLOBAL, *FILES, Flag("all"), Flag("prune"), Flag("selector", "l", "value"))
CREATE_FLAGS = (*GLOBAL, *FILES, Flag("edit"), Flag("raw", "", "value"), *SELECTING[1:2])

DONE = {"create": "created", "replace": "replaced"}
DOING = {"apply": "creating", "create": "creating", "replace": "replacing", "delete": "deleting"}


def apply(call: Call) -> Answer:
    """Put documents into the cluster, new ones or in place of those with their names."""
    if call.words.has("kustomize"):
        raise Stop("error: kustomizations are not part of this lab: use -f\n")
    if not call.words.all("filename"):
        raise Stop("error: must specify one of -f and -k\n")
    if call.words.args:
        found = " ".join(clip(word) for word in call.words.args)
        raise usage("apply", f"Unexpected args: [{found}]")
    return _each(call)


def create(call: Call) -> Answer:
    """Create from files; of types, only a namespace has a command of its own that we know."""
    args = call.words.args
    if call.words.all("filename") and not args:
        return _each(call)
    if not args:
        raise Stop("error: must specify one of -f and -k\n")
    if find(args[0]) is NAMESPACES:
        return _create_namespace(call, args[1:])
    if find(args[0]) not in {None, POLICIES}:
        raise Stop("error: only policies can be created in this lab: kubectl create -f -\n")
    found = " ".join(clip(word) for word in args)
    raise usage("create", f"Unexpected args: [{found}]")


def replace_(call: Call) -> Answer:
    """Replace what is there already."""
    if not call.words.all("filename"):
        raise Stop("error: must specify --filename=[FILENAME,...] for replace\n")
    return _each(call)


def _create_namespace(call: Call, names: Sequence[str]) -> Answer:
    if len(names) != 1:
        raise usage("create namespace", f"exactly one NAME is required, got {len(names)}")
    (name,) = names
    if faults := namespace_name(name):
        said = f'The Namespace "{clip(name)}" is invalid: metadata.name: {faults[0]}\n'
        raise Stop(said)
    if name in namespace_names(call.state):
        raise Stop(f'Error from server (AlreadyExists): namespaces "{name}" already exists\n')
    raise Stop("error: the namespaces of this lab are fixed: its scenario has them all\n")


# ── One after another ──


def _each(call: Call) -> Answer:
    form, rest = check_format(call.words.one("output") or "")
    state, out, err, failed = call.state, "", "", False
    shown: list[Document] = []
    for one in given(call):
        try:
            state, said = _one(replace(call, state=state), one)
            out += said
            err += api_warnings(one.document)
            shown.append(one.document)
        except Stop as stop:
            err, failed = err + stop.stderr, True
    if form and form != "wide":
        out = _objects(call.state, shown, form, rest)
    return Answer(state, out, err, 1 if failed else 0)


def _objects(state: State, shown: Sequence[Document], form: str, rest: str) -> str:
    found = [(POLICIES, policy_object(state, each)) for each in shown if each.policy is not None]
    return printed(found, form, rest, single=len(found) == 1) if found else ""


def _one(call: Call, one: Given) -> tuple[State, str]:
    document = one.document
    space = _namespace(call, document)
    if document.policy is None:
        raise Stop(refusal(document, one.file, space, doing=DOING[call.verb]))
    check_namespace(call.state, space, f'error when {DOING[call.verb]} "{one.file}": ')
    ref = (space, document.name)
    verb = _verb(call, one, ref)
    dry = _dry_run(call)
    name = f"{POLICIES.singular}/{document.name}"
    if call.state.policies_fixed and verb != "unchanged":
        raise Stop(forbidden(document.name, "its policies"))
    if dry or verb == "unchanged":
        return call.state, f"{name} {verb}{dry}\n"
    said = _moved(document, space) if one.own else ""
    return _put(call.state, one, ref), f"{name} {verb}\n{said}"


def _moved(document: Document, space: str) -> str:
    """What is said where the editor's own text gets another namespace written into it."""
    if document.namespace or space == DEFAULT_NAMESPACE:
        return ""
    was, now = f"{DEFAULT_NAMESPACE}/{document.name}", f"{space}/{document.name}"
    return note(f"the editor's text is the cluster: {was} is now {now}")


def forbidden(name: str, what: str, qualified: str = POLICIES.qualified) -> str:
    """How the server would refuse what an exercise does not allow."""
    return (
        f'Error from server (Forbidden): {qualified} "{clip(name)}" is forbidden: this exercise '
        f"fixes {what}\n"
    )


def _namespace(call: Call, document: Document) -> str:
    asked = call.words.one("namespace")
    if asked and document.namespace and asked != document.namespace:
        raise Stop(
            f'error: the namespace from the provided object "{clip(document.namespace)}" does not '
            f'match the namespace "{clip(asked)}". You must pass '
            f"'--namespace={clip(document.namespace)}' to perform this operation.\n"
        )
    return document.namespace or call.namespace


def _verb(call: Call, one: Given, ref: Ref) -> str:
    old = next((each for each in sheet(call.state).held if each.ref == ref), None)
    if call.verb == "create" and old is not None:
        raise Stop(
            f'Error from server (AlreadyExists): error when creating "{one.file}": '
            f'{POLICIES.qualified} "{clip(ref[1])}" already exists\n'
        )
    if call.verb == "replace" and old is None:
        said = not_found(POLICIES, ref[1]).replace(
            "(NotFound): ", f'(NotFound): error when replacing "{one.file}": '
        )
        raise Stop(said)
    if call.verb != "apply":
        return DONE[call.verb]
    if old is None:
        return "created"
    return "unchanged" if _same(old, one.document, ref) else "configured"


def _same(old: Document, new: Document, ref: Ref) -> bool:
    assert old.policy is not None
    assert new.policy is not None
    moved = replace(new.policy, namespace=ref[0])
    return old.policy == moved and _about(old) == _about(new)


def _about(document: Document) -> tuple[object, object]:
    metadata = document.data.get("metadata")
    found = metadata if isinstance(metadata, dict) else {}
    return found.get("labels") or {}, found.get("annotations") or {}


def _dry_run(call: Call) -> str:
    value = call.words.one("dry-run")
    if value is None or value == "none":
        return ""
    if value not in {"client", "server", BARE, "true"}:
        raise Stop(
            f"error: Invalid dry-run value ({clip(value)}). Must be "
            '"none", "server", or "client".\n'
        )
    return " (server dry run)" if value == "server" else " (dry run)"


def _put(state: State, one: Given, ref: Ref) -> State:
    """The state with the document in the learner's text, its namespace written where it had none.

    A document of the editor's own text moves with its namespace; others come in anew.
    """
    text = one.document.text
    if not one.document.namespace and ref[0] != DEFAULT_NAMESPACE:
        text = with_metadata(text, "namespace", ref[0])
    new = put(state.text, ref, _trimmed(text), adopted=one.own)
    return with_text(state, new)


def _trimmed(text: str) -> str:
    return text.strip("\n") + "\n"


def with_text(state: State, text: str) -> State:
    """The state with another text of policies, in the editor and in its file; raises Stop."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_STDIN:
        raise Stop(f"error: all policies together have more than {MOST_STDIN:,} bytes\n")
    files = {name: text if old == state.text else old for name, old in state.files.items()}
    return replace(state, text=text, files=files)
