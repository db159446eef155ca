"""One call of kubectl: its state, its words, and which objects they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.kubectl.flags import Flag, Words
from simulator.kubectl.making import Json
from simulator.kubectl.objects import labels_of, name_of, objects, space_of
from simulator.kubectl.resources import IN_ALL, Resource, not_found, resource
from simulator.kubectl.selecting import read_fields, read_selector
from simulator.kubectl.state import State, Stop
from simulator.selectors import matches
from simulator.words import clip

#: Flags that every command takes; most change nothing here.
GLOBAL = (
    Flag("namespace", "n", "value"), Flag("help", "h"), Flag("context", "", "value"),
    Flag("cluster", "", "value"), Flag("user", "", "value"), Flag("kubeconfig", "", "value"),
    Flag("request-timeout", "", "value"), Flag("v", "v", "value"), Flag("warnings-as-errors"),
)  # fmt: skip
SELECTING = (
    Flag("all-namespaces", "A"), Flag("selector", "l", "value"),
    Flag("field-selector", "", "value"),
)  # fmt: skip
FILES = (
    Flag("filename", "f", "value"), Flag("recursive", "R"), Flag("dry-run", "", "perhaps"),
    Flag("output", "o", "value"), Flag("validate", "", "perhaps"), Flag("server-side"),
    Flag("force"), Flag("field-manager", "", "value"), Flag("kustomize", "k", "value"),
    Flag("save-config"), Flag("overwrite"), Flag("record"), Flag("wait"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A verb with its words; `stdin` is None where nobody gave it one.

    `settings` are the variables set for this command alone, as in `KUBE_EDITOR=true kubectl edit`.
    """

    state: State
    verb: str
    words: Words
    stdin: str | None = None
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def namespace(self) -> str:
        """The namespace of -n, else the context's."""
        return self.words.one("namespace") or self.state.namespace

    @property
    def everywhere(self) -> bool:
        """Whether -A is given."""
        return self.words.has("all-namespaces")


def usage(verb: str, message: str) -> Stop:
    """What kubectl says of wrong words, with where its help is."""
    return Stop(f"error: {message}\nSee 'kubectl {verb} -h' for help and examples\n")


def types(word: str) -> tuple[Resource, ...]:
    """The types of a word: `pods`, `pods,svc`, `all`; raises Stop for one that there is not."""
    found: list[Resource] = []
    for each in word.split(","):
        found += IN_ALL if each == "all" else [resource(each)]
    return tuple(dict.fromkeys(found))


Asked = tuple[Resource, str]  # a name of "" means every object of the type


def asked(call: Call, args: Sequence[str]) -> tuple[Asked, ...]:
    """What the words after a verb ask for: `pod web api`, `pod/web svc/db`, `pods,svc`."""
    if not args:
        raise Stop(_NO_TYPE.format(verb=call.verb))
    if any("/" in word for word in args):
        return tuple(_slashed(word) for word in args)
    listed, names = types(args[0]), args[1:]
    if call.everywhere and names:
        raise Stop("error: a resource cannot be retrieved by name across all namespaces\n")
    return tuple((each, name) for each in listed for name in names or ("",))


_NO_TYPE = (
    'You must specify the type of resource to {verb}. Use "kubectl api-resources" for a complete '
    "list of supported resources.\n\nerror: Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl '
    "explain pods).\nSee 'kubectl {verb} -h' for help and examples\n"
)


def _slashed(word: str) -> Asked:
    kind, slash, name = word.partition("/")
    if not slash or not name or "/" in name:
        message = "there is no need to specify a resource type as a separate argument when passing"
        raise Stop(
            f"error: {message} arguments in resource/name form "
            f"(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
            f"resource/<resource_name>'\n"
        )
    return resource(kind), clip(name)


def listed(call: Call, one: Resource) -> tuple[Json, ...]:
    """Every object of a type that the call's namespace and selectors leave."""
    labels, fields = call.words.one("selector"), call.words.one("field-selector")
    full = f"{one.api_version}, Resource={one.name}"
    selector = read_selector(labels, full) if labels is not None else None
    wanted = read_fields(fields, full) if fields is not None else {}
    return tuple(
        each
        for each in objects(call.state, one)
        if (call.everywhere or not one.namespaced or space_of(each) == call.namespace)
        and (selector is None or matches(selector, labels_of(each)))
        and all((_value(each, key) == value) is equal for key, (value, equal) in wanted.items())
    )


def _value(one: Json, path: str) -> str:
    outer, _, inner = path.partition(".")
    return str(one.get(outer, {}).get(inner, ""))


def named(call: Call, one: Resource, name: str) -> Json:
    """The object of a name; raises Stop, as the server answers."""
    for each in objects(call.state, one):
        here = not one.namespaced or space_of(each) == call.namespace
        if here and name_of(each) == name:
            return each
    raise Stop(not_found(one, name))


def nothing(call: Call, one: Resource | None = None) -> str:
    """What is said (on stderr) where a list is empty."""
    if call.everywhere or (one is not None and not one.namespaced):
        return "No resources found\n"
    return f"No resources found in {clip(call.namespace)} namespace.\n"
