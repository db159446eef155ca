"""kubectl delete: documents go out of the learner's text. Pods, namespaces and Services stay."""

from simulator.kubectl.applying import forbidden, with_text
from simulator.kubectl.call import FILES, GLOBAL, SELECTING, Asked, Call, asked, listed, named
from simulator.kubectl.documents import Ref, documents
from simulator.kubectl.files import given
from simulator.kubectl.flags import Flag
from simulator.kubectl.objects import name_of, space_of, unread
from simulator.kubectl.resources import POLICIES, Resource, not_found
from simulator.kubectl.sheet import taken_out
from simulator.kubectl.state import Answer, State, Stop
from simulator.words import clip

FLAGS = (
    *GLOBAL, *SELECTING, *FILES,
    Flag("all"), Flag("ignore-not-found"), Flag("now"), Flag("grace-period", "", "value"),
    Flag("cascade", "", "perhaps"), Flag("timeout", "", "value"), Flag("interactive", "i"),
)  # fmt: skip


def delete(call: Call) -> Answer:
    """Delete policies by name, by selector, all of them, or those of a file."""
    if call.words.all("filename"):
        return _of_files(call)
    wanted = asked(call, call.words.args)
    for one, name in wanted:
        if one is not POLICIES:
            raise _fixed(call, one, name)
    return _named(call, wanted)


def _fixed(call: Call, one: Resource, name: str) -> Stop:
    if name:
        named(call, one, name)
    return Stop(
        f"error: the {one.name} of this lab are fixed: only networkpolicies can be deleted\n"
    )


def _named(call: Call, wanted: tuple[Asked, ...]) -> Answer:
    every = call.words.has("all") or call.words.one("selector") is not None
    if any(not name for _, name in wanted) and not every:
        raise Stop("error: resource(s) were provided, but no name was specified\n")
    refs: list[Ref] = []
    errors = ""
    for one, name in wanted:
        if not name:
            refs += [(space_of(each), name_of(each)) for each in listed(call, one)]
        elif any(ref == (call.namespace, name) for ref in _typed(call.state)):
            refs.append((call.namespace, name))
        elif not call.words.has("ignore-not-found"):
            errors += not_found(one, name)
    if not refs and not errors and every:
        return Answer(call.state, "No resources found\n", unread(call.state))
    return _done(call, refs, errors)


def _typed(state: State) -> set[Ref]:
    """The names in the text, of refused documents too: those can be taken out as well."""
    return {document.ref for document in documents(state.text)}


def _done(call: Call, refs: list[Ref], errors: str) -> Answer:
    dry = {"server": " (server dry run)", None: "", "none": ""}.get(
        call.words.one("dry-run"), " (dry run)"
    )
    if refs and call.state.policies_fixed and not dry:
        raise Stop(forbidden(refs[0][1], "its policies"))
    out = "".join(_line(call, ref, dry) for ref in refs)
    kept = call.state.text if dry or not refs else taken_out(call.state.text, refs)
    state = call.state if kept == call.state.text else with_text(call.state, kept)
    return Answer(state, out, errors, 1 if errors else 0)


def _line(call: Call, ref: Ref, dry: str) -> str:
    if call.words.one("output") == "name":
        return f"{POLICIES.singular}/{clip(ref[1])}\n"
    where = f"from {clip(ref[0])} namespace"
    return f'{POLICIES.singular} "{clip(ref[1])}" deleted {where}{dry}\n'


def _of_files(call: Call) -> Answer:
    refs, errors, there = list[Ref](), "", _typed(call.state)
    for one in given(call):
        ref = (one.document.namespace or call.namespace, one.document.name)
        if ref in there:
            refs.append(ref)
        elif not call.words.has("ignore-not-found"):
            errors += not_found(POLICIES, ref[1]).replace(
                "(NotFound): ", f'(NotFound): error when deleting "{one.file}": '
            )
    return _done(call, refs, errors)
