"""kubectl exec: run a program in a pod."""

from collections.abc import Sequence

from simulator.kubectl.call import GLOBAL, Call
from simulator.kubectl.dialling import Client
from simulator.kubectl.flags import Flag
from simulator.kubectl.program import Output
from simulator.kubectl.programs import KNOWN, PROGRAMS
from simulator.kubectl.resources import PODS, not_found, resource
from simulator.kubectl.shell import read_line
from simulator.kubectl.state import Answer, Stop, note
from simulator.model import Pod
from simulator.words import clip

FLAGS = (
    *GLOBAL, Flag("stdin", "i"), Flag("tty", "t"), Flag("container", "c", "value"),
    Flag("quiet", "q"), Flag("filename", "f", "value"), Flag("pod-running-timeout", "", "value"),
)  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "ash", "/bin/sh", "/bin/bash"})


def exec_(call: Call) -> Answer:
    """Run what follows `--` in a pod."""
    args, command = call.words.args, call.words.rest
    if not args:
        raise Stop("error: pod, type/name or --filename must be specified\n")
    if command is None and len(args) > 1:
        raise Stop(
            "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] "
            "instead\nSee 'kubectl exec -h' for help and examples\n"
        )
    if not command:
        raise Stop("error: you must specify at least one command for the container\n")
    pod = _pod(call, args[0])
    container = call.words.one("container")
    if container not in {None, "main"}:
        shown = clip(container or "")
        said = f"container {shown} is not valid for pod {pod.name}"
        raise Stop(f"Error from server (BadRequest): {said}\n")
    if call.state.unreachable:
        raise Stop(note(call.state.unreachable))
    output = _run(Client(call.state, pod), command)
    ended = f"command terminated with exit code {output.exit}\n" if output.exit else ""
    return Answer(call.state, output.stdout, output.stderr + ended, output.exit)


def _pod(call: Call, word: str) -> Pod:
    kind, slash, name = word.rpartition("/")
    pods = [pod for pod in call.state.cluster.pods if pod.namespace == call.namespace]
    if slash and (one := resource(kind)) is not PODS:
        owned = [pod for pod in pods if _is_of(pod, one.kind, name)]
        if not owned:
            raise Stop(not_found(one, name))
        return owned[0]
    found = next((pod for pod in pods if pod.name == name), None)
    if found is None:
        raise Stop(not_found(PODS, name))
    return found


def _is_of(pod: Pod, kind: str, name: str) -> bool:
    owner_kind, _, owner = pod.owner.partition("/")
    if kind == "Deployment":
        return owner_kind == "ReplicaSet" and owner.rpartition("-")[0] == name
    return (owner_kind, owner) == (kind, name)


def _run(client: Client, command: Sequence[str], *, nested: bool = False) -> Output:
    name, args = command[0], command[1:]
    if name in _SHELLS:
        return _shell(client, args, nested=nested)
    if name == "timeout" and len(args) > 1:
        return _run(client, [word for word in args[1:] if word], nested=nested)
    program = PROGRAMS.get(name.rpartition("/")[2])
    if program is None:
        said = f'exec: "{clip(name)}": executable file not found in $PATH'
        return Output("", f"error: Internal error occurred: {said}\n{KNOWN}", 127)
    try:
        return program(client, args)
    except Stop as stop:
        return Output("", stop.stderr, stop.exit)


def _shell(client: Client, args: Sequence[str], *, nested: bool) -> Output:
    if len(args) != 2 or args[0] not in {"-c", "-ec", "-lc"} or nested:
        said = "a shell would wait for you here: give the command itself, as in -- nc -zv db 3306"
        return Output("", note(said), 1)
    out, err, code = "", "", 0
    for pipeline in read_line(args[1]):
        if (pipeline.after == "&&" and code) or (pipeline.after == "||" and not code):
            continue
        if len(pipeline.commands) != 1 or not pipeline.commands[0].words:
            return Output(out, err + note("pipes inside a pod are not part of this lab"), 1)
        each = pipeline.commands[0]
        if each.words[0] == "echo":
            done = Output(" ".join(each.words[1:]) + "\n")
        else:
            done = _run(client, each.words, nested=True)
        out += "" if each.silent else done.stdout
        err += "" if each.mute or (each.merged and each.silent) else done.stderr
        code = done.exit
    return Output(out, err, code)
