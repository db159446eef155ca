"""Items that are exercises: to write or fix policies, or to change labels, with constraints."""

from simulator import validate
from simulator.exercise import read_inline
from simulator.fields import FieldReader
from simulator.nodes import Entry, Mapping, Node, Scalar
from simulator.quiz.constraints import Constraints
from simulator.quiz.values import Task
from simulator.words import quote

_KNOWN = ("name", "namespace", "keep", "only", "policies")


def read_task(r: FieldReader, node: Node, fields: dict[str, Entry]) -> Task | None:
    """`exercise`: a slug, or an exercise without its head, whose task is the item's `ask`."""
    entry = fields["exercise"]
    asked = _constraints(r, fields.get("constraints"))
    if not isinstance(entry.value, Mapping):
        return Task(r.text(entry), asked)
    name, ask = fields["id"].value, fields["ask"].value
    exercise = read_inline(
        r,
        entry.value,
        slug=name.text if isinstance(name, Scalar) else "",
        task=ask.text if isinstance(ask, Scalar) else "",
    )
    return Task(exercise, asked) if exercise else None


def _constraints(r: FieldReader, entry: Entry | None) -> Constraints:
    if entry is None:
        return Constraints()
    fields = r.fields(entry.value, required=(), optional=_KNOWN) or {}
    name, namespace = (r.optional_text(fields, key) for key in ("name", "namespace"))
    if name:
        r.complain(validate.policy_name(name), fields["name"].mark)
    if namespace:
        r.complain(validate.namespace_name(namespace), fields["namespace"].mark)
    keep, only = (_refs(r, fields.get(key)) for key in ("keep", "only"))
    for ref in set(keep) & set(only):
        r.problem(f"{quote(ref)} is to stay and to change", fields["only"].mark)
    least, most = _numbers(r, fields.get("policies"))
    if most is not None and len(keep) > most:
        r.problem(f"{len(keep)} policies stay, and at most {most} are wanted", entry.mark)
    return Constraints(name, namespace, keep, only, least, most)


def _refs(r: FieldReader, entry: Entry | None) -> tuple[str, ...]:
    """Policies by namespace/name."""
    found = []
    for item in r.items(entry):
        ref = item.text if isinstance(item, Scalar) else ""
        if ref.count("/") != 1 or not all(ref.split("/")):
            r.problem(f"a policy is named namespace/name, not {quote(ref)}", item.mark)
        found.append(ref)
    return tuple(found)


def _numbers(r: FieldReader, entry: Entry | None) -> tuple[int, int | None]:
    """`policies: 1` for exactly one, or `{least: 1, most: 2}`."""
    if entry is None:
        return 0, None
    if not isinstance(entry.value, Mapping):
        number = r.integer(entry.value, 1, 50)
        return number, number
    fields = r.fields(entry.value, required=(), optional=("least", "most")) or {}
    least = r.integer(fields["least"].value, 0, 50) if "least" in fields else 0
    most = r.integer(fields["most"].value, 1, 50) if "most" in fields else None
    if most is not None and least > most:
        r.problem(f"at least {least} and at most {most} policies is a contradiction", entry.mark)
    return least, most
