"""What a task asks besides flows: names, places, what must stay as it is, how many policies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.manifest import stored
from simulator.model import NetworkPolicy
from simulator.words import clip


@dataclass(frozen=True, slots=True)
class Constraints:
    """Asked of an answer's policies; an empty field asks nothing.

    `name`: one of them has this name. `namespace`: all but those to keep live there. `keep`: these
    (namespace/name) are stored as the starter has them. `only`: nothing but these differs from the
    starter. `least` and `most` count every policy, those to keep too.
    """

    name: str = ""
    namespace: str = ""
    keep: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A constraint that an answer breaks, in words; `spoils`: what had to stay was changed."""

    sentence: str
    spoils: bool = False


def requirements(asked: Constraints) -> tuple[str, ...]:
    """The constraints as a learner reads them beside the task."""
    return tuple(_requirements(asked))


def broken(
    asked: Constraints, given: Sequence[NetworkPolicy], answer: Sequence[NetworkPolicy]
) -> tuple[Broken, ...]:
    """The constraints that an answer breaks; `given` are the starter's policies."""
    return tuple(_broken(asked, _by_ref(given), _by_ref(answer)))


Refs = dict[str, NetworkPolicy]


def _requirements(asked: Constraints) -> Iterator[str]:
    if asked.name:
        yield f"Name a policy {asked.name}."
    if asked.namespace:
        yield f"Write into the namespace {asked.namespace}."
    if asked.keep:
        yield f"Leave {', '.join(asked.keep)} as it is."
    if asked.only:
        yield f"Change nothing but {', '.join(asked.only)}."
    if asked.least or asked.most is not None:
        yield f"Have {_number(asked)} in the end."


def _broken(asked: Constraints, given: Refs, answer: Refs) -> Iterator[Broken]:
    if asked.name and all(policy.name != asked.name for policy in answer.values()):
        yield Broken(f"No policy is named {asked.name}.")
    own = [policy for ref, policy in answer.items() if ref not in asked.keep]
    for policy in own if asked.namespace else ():
        if policy.namespace != asked.namespace:
            place = clip(policy.namespace)
            yield Broken(f"{clip(policy.name)} lives in {place}, not in {asked.namespace}.")
    for ref in asked.keep:
        if not _alike(given.get(ref), answer.get(ref)):
            yield Broken(f"{ref} was to stay as it is.", spoils=True)
    for ref in sorted(given.keys() | answer.keys()) if asked.only else ():
        if ref not in asked.only and not _alike(given.get(ref), answer.get(ref)):
            yield Broken(f"{clip(ref)} was not yours to change.", spoils=True)
    if not asked.least <= len(answer) <= (len(answer) if asked.most is None else asked.most):
        yield Broken(f"In the end: {_policies(len(answer))}; the task wants {_number(asked)}.")


def _number(asked: Constraints) -> str:
    if asked.least == asked.most:
        return f"exactly {_policies(asked.least)}"
    if asked.most is None:
        return f"at least {_policies(asked.least)}"
    most = f"at most {_policies(asked.most)}"
    return f"at least {asked.least} and {most}" if asked.least else most


def _policies(number: int) -> str:
    return "1 policy" if number == 1 else f"{number} policies"


def _alike(one: NetworkPolicy | None, other: NetworkPolicy | None) -> bool:
    """Stored alike: layout and comments are nobody's business, another spelling is a change."""
    if one is None or other is None:
        return one is other
    return stored(one) == stored(other)


def _by_ref(policies: Sequence[NetworkPolicy]) -> Refs:
    return {f"{policy.namespace}/{policy.name}": policy for policy in policies}
