"""What Tab offers: verbs, types, names, namespaces, flags, and the words of exec."""

from collections.abc import Iterable
from itertools import pairwise

from simulator.kubectl.flags import Flag
from simulator.kubectl.making import namespace_names
from simulator.kubectl.objects import name_of, objects, space_of
from simulator.kubectl.programs import PROGRAMS
from simulator.kubectl.resources import RESOURCES, find
from simulator.kubectl.schema import TYPES
from simulator.kubectl.sheet import forget
from simulator.kubectl.state import MOST_LINE, State
from simulator.kubectl.verbs import VERBS

MOST_OFFERED = 100
_COMMANDS = ("kubectl", "k", "cat", "clear", "echo", "grep", "head", "help", "sort", "tail", "wc")
_FORMATS = ("json", "jsonpath=", "name", "wide", "yaml", "custom-columns=")
_TYPED = frozenset({"get", "describe", "delete", "edit", "label", "annotate"})


def complete(state: State, line: str, cursor: int) -> tuple[str, ...]:
    """The words that may stand where the cursor's word is, in order; none where nothing fits.

    Each stands for the whole word. Never raises.
    """
    before = line[: max(0, cursor)][-MOST_LINE:].rpartition("\n")[2]
    part = before.rpartition("|")[2].rpartition(";")[2].rpartition("&&")[2].lstrip()
    words = part.split()
    word = "" if not part or part[-1] in " \t" else words.pop()
    offered = tuple(_offered(state, words, word, piped="|" in before))
    forget()
    found = sorted({each for each in offered if each.startswith(word) and each != word})
    return tuple(found[:MOST_OFFERED])


def _offered(state: State, words: list[str], word: str, *, piped: bool) -> Iterable[str]:
    if not words:
        return ("grep", "head", "sort", "tail", "uniq", "wc") if piped else _COMMANDS
    if words[0] not in {"k", "kubectl"}:
        return state.files
    if len(words) == 1:
        return VERBS
    return _after_verb(state, words[1], words[2:], word)


def _after_verb(state: State, verb: str, words: list[str], word: str) -> Iterable[str]:
    if verb not in VERBS:
        return ()
    flags = VERBS[verb].flags
    if "--" in words:
        return _of_exec(state, words[words.index("--") + 1 :])
    last = words[-1] if words else ""
    if value := _flag_of(last, flags):
        return _values(state, value)
    if word.startswith("--") and "=" in word:
        name, _, _ = word.partition("=")
        known = _flag_of(name, flags)
        return (f"{name}={each}" for each in _values(state, known)) if known else ()
    if word.startswith("-"):
        return [f"--{flag.name}" for flag in flags]
    return _arguments(state, verb, _positional(words, flags), words)


def _flag_of(word: str, flags: tuple[Flag, ...]) -> str:
    """The flag that a word is, where its value comes next."""
    for flag in flags:
        if flag.takes == "value" and word in {f"--{flag.name}", f"-{flag.short}"} - {"-"}:
            return flag.name
    return ""


def _values(state: State, flag: str) -> Iterable[str]:
    if flag == "namespace":
        return namespace_names(state)
    if flag == "output":
        return _FORMATS
    if flag == "filename":
        return ("-", *state.files)
    if flag in {"selector", "label-columns"}:
        pairs = {(k, v) for pod in state.cluster.pods for k, v in pod.labels.items()}
        return (key if flag == "label-columns" else f"{key}={value}" for key, value in pairs)
    return ("client", "server") if flag == "dry-run" else ()


def _positional(words: list[str], flags: tuple[Flag, ...]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = bool(_flag_of(word, flags))
        else:
            kept.append(word)
    return kept


def _arguments(state: State, verb: str, args: list[str], words: list[str]) -> Iterable[str]:
    if verb == "config":
        return ("current-context", "get-contexts", "set-context", "view") if not args else ()
    if verb == "explain":
        return _paths() if not args else ()
    if verb == "exec":
        return (*_names(state, "pods", words), "--") if not args else ("--",)
    if verb == "create":
        return ()
    if verb not in _TYPED:
        return ()
    if not args:
        return [
            each for one in RESOURCES for each in (one.name, *filter(None, one.short.split(",")))
        ]
    return _names(state, args[0], words)


def _names(state: State, kind: str, words: list[str]) -> Iterable[str]:
    one = find(kind.split(",")[0])
    if one is None:
        return ()
    space = state.namespace
    for flag, value in pairwise(words):
        space = value if flag in {"-n", "--namespace"} else space
    for word in words:
        space = word.partition("=")[2] if word.startswith("--namespace=") else space
    everywhere = not one.namespaced
    return [name_of(each) for each in objects(state, one) if everywhere or space_of(each) == space]


def _paths(root: str = "NetworkPolicy", path: str = "netpol", depth: int = 0) -> list[str]:
    found = [path]
    for field in TYPES[root].fields if root in TYPES and depth < 6 else ():
        found += _paths(field.type.removeprefix("[]"), f"{path}.{field.name}", depth + 1)
    return found


def _of_exec(state: State, words: list[str]) -> Iterable[str]:
    if not words:
        return PROGRAMS
    services = [f"{each.name}.{each.namespace}" for each in state.cluster.services]
    pods = [str(pod.addresses[0]) for pod in state.cluster.pods if pod.addresses]
    return (*services, *pods, *(host.name for host in state.cluster.hosts))
