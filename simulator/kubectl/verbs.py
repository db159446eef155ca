"""The verbs of kubectl: which there are here, which a real one has besides, and what is near."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.kubectl import (
    applying,
    deleting,
    describing,
    editing,
    executing,
    explaining,
    getting,
    labelling,
    settings,
)
from simulator.kubectl.call import GLOBAL, Call
from simulator.kubectl.flags import Flag, read_flags
from simulator.kubectl.state import Answer, State, Stop, note
from simulator.words import clip, edit_distance


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb does, the flags it takes, and one line on it."""

    run: Callable[[Call], Answer]
    flags: tuple[Flag, ...]
    help: str


VERBS = {
    "create": Verb(applying.create, applying.CREATE_FLAGS, "create policies from a file or stdin"),
    "explain": Verb(explaining.explain, explaining.FLAGS, "what a field of NetworkPolicy is for"),
    "get": Verb(getting.get, getting.FLAGS, "list objects: -n -A -l -o wide|yaml|json|name"),
    "edit": Verb(editing.edit, editing.FLAGS, "go to a policy in the editor"),
    "delete": Verb(deleting.delete, deleting.FLAGS, "take policies out"),
    "describe": Verb(describing.describe, describing.FLAGS, "objects in words"),
    "exec": Verb(executing.exec_, executing.FLAGS, "run nc, curl, wget, ping, nslookup in a pod"),
    "apply": Verb(applying.apply, applying.FLAGS, "put policies in: -f policy.yaml, -f -"),
    "replace": Verb(applying.replace_, applying.FLAGS, "put a policy in place of the old one"),
    "label": Verb(labelling.label, labelling.FLAGS, "change labels: key=value, key-"),
    "annotate": Verb(labelling.annotate, labelling.FLAGS, "change annotations of policies"),
    "api-resources": Verb(settings.api_resources, settings.RESOURCE_FLAGS, "the types there are"),
    "config": Verb(settings.config, settings.CONFIG_FLAGS, "set-context --current --namespace=…"),
    "version": Verb(settings.version, (*GLOBAL, Flag("output", "o", "value"), Flag("client")),
                    "the version that judges here"),
}  # fmt: skip
#: kubectl's commands in its own order: those near a mistyped one are offered.
ALL_VERBS = (
    "create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale",
    "autoscale", "certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint",
    "describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug",
    "events", "diff", "apply", "patch", "replace", "wait", "kustomize", "label", "annotate",
    "completion", "api-resources", "api-versions", "config", "plugin", "version", "options",
)  # fmt: skip
_OUTSIDE = frozenset(ALL_VERBS) - VERBS.keys()
#: What people start to try a connection with.
_TRIERS = frozenset({"run", "debug", "port-forward", "attach", "cp", "proxy"})
_FROM_A_POD = note("try it from a pod that is there: kubectl exec POD -- nc -zv -w 2 HOST PORT")


def kubectl(
    state: State,
    words: Sequence[str],
    *,
    stdin: str | None = None,
    settings: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """Run kubectl with these words; raises Stop and WantsInput."""
    moved = _verb_first(words)
    if not moved or moved[0] in {"help", "-h", "--help"}:
        return Answer(state, usage_text())
    name = moved[0]
    if name in _OUTSIDE:
        said = f"error: kubectl {name} is not part of this lab; it has {', '.join(VERBS)}\n"
        raise Stop(said + (_FROM_A_POD if name in _TRIERS else ""))
    if name not in VERBS:
        raise _unknown(name)
    verb = VERBS[name]
    read = read_flags(name, moved[1:], verb.flags)
    if read.has("help"):
        return Answer(state, f"kubectl {name}: {verb.help}\n")
    return verb.run(Call(state, name, read, stdin, settings))


def _verb_first(words: Sequence[str]) -> list[str]:
    """`-n prod get pods` with the flags after the verb, where each verb knows them."""
    takes = {f"--{flag.name}" for flag in GLOBAL if flag.takes == "value"}
    takes |= {f"-{flag.short}" for flag in GLOBAL if flag.takes == "value" and flag.short}
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] not in {"-h", "--help"}:
        at += 2 if words[at] in takes else 1
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]


def _unknown(name: str) -> Stop:
    near = [
        verb
        for verb in ALL_VERBS
        if edit_distance(name.lower(), verb) <= 2 or verb.startswith(name.lower())
    ]
    said = f'error: unknown command "{clip(name)}" for "kubectl"\n'
    if near:
        return Stop(said + "\nDid you mean this?\n" + "".join(f"\t{verb}\n" for verb in near))
    return Stop(f"{said}# this lab's kubectl has: {', '.join(VERBS)}\n")


def usage_text() -> str:
    """Every verb with its line."""
    rows = "".join(f"  {name:<14}{verb.help}\n" for name, verb in VERBS.items())
    return f"kubectl (k) of this lab has:\n{rows}"
