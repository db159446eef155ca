"""kubectl get."""

from simulator.kubectl.call import GLOBAL, SELECTING, Asked, Call, asked, listed, named, nothing
from simulator.kubectl.flags import Flag
from simulator.kubectl.jsonpath import Steps, values
from simulator.kubectl.making import Json
from simulator.kubectl.objects import name_of, space_of, unread
from simulator.kubectl.printing import check_format, printed
from simulator.kubectl.resources import POLICIES, Resource
from simulator.kubectl.state import Answer, Stop
from simulator.kubectl.tables import get_table

FLAGS = (
    *GLOBAL, *SELECTING,
    Flag("output", "o", "value"), Flag("show-labels"), Flag("label-columns", "L", "value"),
    Flag("no-headers"), Flag("sort-by", "", "value"), Flag("watch", "w"), Flag("watch-only"),
    Flag("ignore-not-found"), Flag("show-kind"), Flag("chunk-size", "", "value"),
    Flag("filename", "f", "value"), Flag("show-managed-fields"), Flag("server-print"),
)  # fmt: skip
_NO_WATCH = "error: watching (-w) is not part of this lab: nothing changes but by your commands\n"


def get(call: Call) -> Answer:
    """Print objects as a table or in the format of -o."""
    form, rest = check_format(call.words.one("output") or "")
    if call.words.has("watch") or call.words.has("watch-only"):
        raise Stop(_NO_WATCH)
    wanted = asked(call, call.words.args)
    found, errors = _found(call, wanted)
    says = unread(call.state) if any(each is POLICIES for each, _ in wanted) else ""
    if form not in {"", "wide"}:
        single = len(wanted) == 1 and wanted[0][1] != "" and len(found) == 1
        if errors and not found:
            return Answer(call.state, "", errors, 1)
        text = printed(found, form, rest, single=single)
        return Answer(call.state, text, says + errors, 1 if errors else 0)
    several = len({each for each, _ in wanted}) > 1
    out = _tables(call, found, wide=form == "wide", prefix=several)
    if not found and not errors and not call.words.has("ignore-not-found"):
        errors, failed = nothing(call, _only(wanted)), 0
    else:
        failed = 1 if errors else 0
    return Answer(call.state, out, says + errors, failed)


def _only(wanted: tuple[Asked, ...]) -> Resource | None:
    return wanted[0][0] if len({each for each, _ in wanted}) == 1 else None


def _found(call: Call, wanted: tuple[Asked, ...]) -> tuple[list[tuple[Resource, Json]], str]:
    """The objects asked for, and what is said of those that are not there."""
    found: list[tuple[Resource, Json]] = []
    errors = ""
    for one, name in wanted:
        if not name:
            found += [(one, each) for each in listed(call, one)]
            continue
        try:
            found.append((one, named(call, one, name)))
        except Stop as stop:
            errors += "" if call.words.has("ignore-not-found") else stop.stderr
    key = call.words.one("sort-by")
    if key:
        steps = Steps()
        found.sort(key=lambda each: _order(key, each[1], steps))
    return found, errors


def _order(path: str, one: Json, steps: Steps) -> tuple[str, str, str]:
    got = values(path, one, steps)
    return (str(got[0]) if got else "", space_of(one), name_of(one))


def _tables(call: Call, found: list[tuple[Resource, Json]], *, wide: bool, prefix: bool) -> str:
    texts = []
    for one in dict.fromkeys(each for each, _ in found):
        texts.append(
            get_table(
                call.state,
                one,
                [each for resource, each in found if resource is one],
                wide=wide,
                spaces=call.everywhere,
                prefix=prefix or call.words.has("show-kind"),
                label_columns=[
                    label for value in call.words.all("label-columns") for label in value.split(",")
                ],
                show_labels=call.words.has("show-labels"),
                headers=not call.words.has("no-headers"),
            )
        )
    return "\n".join(texts)
