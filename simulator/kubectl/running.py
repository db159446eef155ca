"""A line of the terminal: its commands run one after another, and feed one another."""

from dataclasses import replace

from simulator.kubectl.filters import FILTERS
from simulator.kubectl.sheet import forget
from simulator.kubectl.shell import Command, Pipeline, read_line
from simulator.kubectl.state import (
    MOST_LINE,
    MOST_OUTPUT,
    MOST_STDIN,
    Answer,
    State,
    Stop,
    WantsInput,
    note,
)
from simulator.kubectl.verbs import kubectl, usage_text
from simulator.words import clip, harmless

_EDITORS = frozenset({"vi", "vim", "nvim", "nano", "emacs", "ed", "code", "micro"})
_HELP = """\
This is a small shell with kubectl (k) in it. It works on the cluster of this page: the policies
in the editor are the policies of the cluster, and policy.yaml is the editor's text.

  k get netpol -A                     what is there; also pods, svc, ns; -o wide|yaml|json|name
  k describe netpol db-policy -n prod
  k apply -f - <<EOF                  type or paste a policy on the lines that follow, then EOF
  k label pod db -n prod role=db      where the exercise allows it
  k exec -n prod api -- nc -zv -w 2 db 3306
  k explain netpol.spec.ingress
  k config set-context --current --namespace=prod

Pipe into grep, wc, head, tail or sort. clear empties the screen.

"""


def run(state: State, line: str, stdin: str = "") -> Answer:
    """What a line of the terminal answers, and the state that it leaves.

    `stdin` is what follows a heredoc or `-f -`; a heredoc may also stand in the line itself. Never
    raises on any text; what is too long is refused, and output is cut at 64 KiB.
    """
    first = line.partition("\n")[0]
    if len(first.encode("utf-8", "surrogatepass")) > MOST_LINE:
        return Answer(state, "", f"bash: a line has at most {MOST_LINE:,} bytes here\n", 2)
    if len(line) + len(stdin) > 2 * MOST_STDIN:
        return Answer(state, "", f"bash: a text has at most {MOST_STDIN:,} bytes here\n", 2)
    try:
        return _cut(_script(state, line, stdin or None))
    except Stop as stop:
        return _cut(Answer(state, "", stop.stderr, stop.exit))
    except WantsInput:
        return Answer(state, "", "", 0, "stdin")
    finally:
        forget()


def _cut(answer: Answer) -> Answer:
    return replace(answer, stdout=_bounded(answer.stdout), stderr=_bounded(answer.stderr))


def _bounded(text: str) -> str:
    if len(text) > MOST_OUTPUT:
        text = text[: MOST_OUTPUT - 80] + "\n" + note("cut here: the output is longer")
    return "\n".join(_tabbed(line) for line in text.split("\n"))


def _tabbed(line: str) -> str:
    """A line that can be shown: nothing that hides, reorders or rings; tabs stay."""
    return "\t".join(harmless(part) for part in line.split("\t"))


def _script(state: State, line: str, stdin: str | None) -> Answer:
    answer = Answer(state)
    out, err = "", ""
    for pipeline in read_line(line):
        if _skipped(pipeline, answer.exit):
            continue
        answer = _pipeline(answer.state, pipeline, stdin)
        if answer.wants == "stdin":
            return replace(answer, stdout=out, stderr=err)
        out, err = out + answer.stdout, err + answer.stderr
        if len(out) + len(err) > 2 * MOST_OUTPUT:
            break
    return replace(answer, stdout=out, stderr=err)


def _skipped(pipeline: Pipeline, code: int) -> bool:
    return (pipeline.after == "&&" and code != 0) or (pipeline.after == "||" and code == 0)


def _pipeline(state: State, pipeline: Pipeline, stdin: str | None) -> Answer:
    answer, errors, fed = Answer(state), "", stdin
    for number, command in enumerate(pipeline.commands):
        if command.wants_heredoc and stdin is None:
            raise WantsInput
        given = command.heredoc if command.heredoc is not None else fed
        try:
            answer = _command(answer.state, command, given, piped=number > 0)
        except Stop as stop:
            answer = Answer(answer.state, "", stop.stderr, stop.exit)
        out = answer.stdout + (answer.stderr if command.merged else "")
        errors += "" if command.merged or command.mute else answer.stderr
        fed = "" if command.silent else out
    return replace(answer, stdout=fed or "", stderr=errors)


def _command(state: State, command: Command, stdin: str | None, *, piped: bool) -> Answer:
    if not command.words:
        return Answer(state)
    name, *args = command.words
    if name in {"kubectl", "k"}:
        return kubectl(state, args, stdin=stdin, settings=command.settings)
    if name in FILTERS and (piped or stdin is not None):
        text, code = FILTERS[name](args, stdin or "")
        return Answer(state, text, "", code)
    if name in FILTERS and args and args[-1] in state.files:
        text, code = FILTERS[name](args[:-1], state.files[args[-1]])
        return Answer(state, text, "", code)
    return _builtin(state, name, args, stdin)


def _builtin(state: State, name: str, args: list[str], stdin: str | None) -> Answer:
    if name in {"help", "?"}:
        return Answer(state, _HELP + usage_text())
    if name == "echo":
        return Answer(state, " ".join(args) + "\n")
    if name == "cat":
        return _cat(state, args, stdin)
    if name == "ls":
        return Answer(state, "".join(f"{file}\n" for file in sorted(state.files)))
    if name in {"clear", "true", "alias", "exit", "logout", "history", "reset"}:
        return Answer(state)  # the page keeps the screen and the history
    if name in _EDITORS:
        raise Stop(
            f"bash: {clip(name)}: command not found\n{note('policy.yaml is the editor above')}", 127
        )
    if name == "export":
        raise Stop("bash: variables are not part of this lab: write their values out\n")
    if name in FILTERS:
        raise Stop(f"bash: {name}: pipe something into it, as in: k get pods -A | {name} …\n")
    known = f"kubectl (k), cat, echo, ls, {', '.join(FILTERS)}, help"
    raise Stop(f"bash: {clip(name)}: command not found\n{note(f'here are: {known}')}", 127)


def _cat(state: State, args: list[str], stdin: str | None) -> Answer:
    if not args or args == ["-"]:
        if stdin is None:
            raise WantsInput
        return Answer(state, stdin)
    missing = [name for name in args if name not in state.files]
    errors = "".join(f"cat: {clip(name)}: No such file or directory\n" for name in missing)
    text = "".join(state.files.get(name, "") for name in args)
    return Answer(state, text, errors, 1 if missing else 0)
