"""The picture's geometry keeps its promises, and its arrows say what their verdicts say."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from itertools import combinations, pairwise

import pytest

from netpol_lab.lab.answers import label_space, label_text
from netpol_lab.lab.picture import ArrowView, picture
from simulator.draw import (
    LABEL_SIZE,
    NAME_SIZE,
    TEXT_SIZE,
    ArrowSpec,
    Box,
    Drawing,
    Segment,
    lay_out,
    shorten,
    text_width,
)
from simulator.model import (
    Cluster,
    ContainerPort,
    Direction,
    ExternalHost,
    Gate,
    GateReason,
    Namespace,
    Outcome,
    Pod,
    Probe,
    Verdict,
)

META = "kubernetes.io/metadata.name"
Sketch = tuple[Cluster, tuple[ArrowSpec, ...]]


# ── Clusters to draw ─────────────────────────────────────────────────────────────────────────


def namespace(name: str, **labels: str) -> Namespace:
    return Namespace(name, {META: name, **labels})


def pod(ref: str, labels: dict[str, str], *ports: ContainerPort) -> Pod:
    place, name = ref.split("/")
    return Pod(place, name, labels, (ip_address("10.1.0.1"),), ports)


def arrows(*lines: str) -> tuple[ArrowSpec, ...]:
    """From lines of `source target port`."""
    parts = (line.split() for line in lines)
    return tuple(ArrowSpec(source, target, f"✕ {port} ingress") for source, target, port in parts)


TIERS: Sketch = (
    Cluster(
        (namespace("prod", env="prod"), namespace("staging", env="staging")),
        (
            pod("prod/web", {"name": "web-pod", "role": "web"}, ContainerPort(80, name="http")),
            pod("prod/api", {"name": "api-pod", "role": "api"}, ContainerPort(8080, name="http")),
            pod("prod/db", {"role": "db"}, ContainerPort(3306, name="mysql")),
            pod("staging/web", {"name": "web-pod", "role": "web"}),
            pod("staging/api", {"name": "api-pod", "role": "api"}),
        ),
        (
            ExternalHost("backup", ip_address("192.168.5.10")),
            ExternalHost("internet", ip_address("203.0.113.7")),
        ),
    ),
    arrows(
        "prod/web prod/api 8080",
        "prod/api prod/db 3306",
        "prod/web prod/db 3306",
        "staging/api prod/db 3306",
        "staging/web prod/db 3306",
        "backup prod/db 3306",
        "prod/db backup 443",
    ),
)
A, B, C = "namespace-a/pod-a", "namespace-b/pod-b", "namespace-c/pod-c"
ABC: Sketch = (
    Cluster(
        tuple(namespace(f"namespace-{x}", team=x) for x in "abc"),
        tuple(pod(f"namespace-{x}/pod-{x}", {"app": x}) for x in "abc"),
    ),
    arrows(
        f"{A} {B} 80",
        f"{C} {B} 80",
        f"{A} {C} 80",
        f"{C} {A} 80",
        f"{B} {C} 80",
        f"{C} {B} ping",
        f"{A} {B} ping",
    ),
)
DNS: Sketch = (
    Cluster(
        (namespace("shop", env="prod"), namespace("kube-system")),
        (
            pod("shop/web", {"app": "web"}, ContainerPort(80, name="http")),
            pod("shop/api", {"app": "api"}, ContainerPort(8080, name="http")),
            pod("kube-system/coredns", {"k8s-app": "kube-dns"}, ContainerPort(53, "UDP", "dns")),
        ),
        (ExternalHost("internet", ip_address("203.0.113.7")),),
    ),
    arrows(
        "shop/web shop/api 8080",
        "shop/web kube-system/coredns 53/UDP",
        "shop/web internet 443",
    ),
)
KNOWN = {"tiers": TIERS, "abc": ABC, "dns": DNS}
SEEDS = range(25)
POD_NAMES = ("web", "api", "db", "cache", "queue", "auth")


def anything(seed: int) -> Sketch:
    """A random cluster of at most eight pods with at most ten arrows."""
    chance = random.Random(seed)
    names = [f"ns{i}" for i in range(chance.randint(1, 3))]
    refs = [f"{n}/{p}" for n in names for p in chance.sample(POD_NAMES, chance.randint(1, 4))][:8]
    hosts = ("internet", "backup")[: chance.randint(0, 2)]
    cluster = Cluster(
        tuple(namespace(name, env="e" * chance.randint(1, 9)) for name in names),
        tuple(pod(ref, {"app": "a" * chance.randint(1, 12)}) for ref in refs),
        tuple(ExternalHost(host, ip_address("203.0.113.7")) for host in hosts),
    )
    pairs = [(a, b) for a in (*refs, *hosts) for b in (*refs, *hosts) if a != b]
    some = chance.sample(pairs, min(len(pairs), chance.randint(3, 10)))
    ports = ("3306", "53/UDP", "ping", "8080")
    return cluster, arrows(*(f"{a} {b} {chance.choice(ports)}" for a, b in some))


@cache
def drawn(name: str, upright: bool) -> Drawing:
    cluster, specs = KNOWN[name]
    return lay_out(cluster, specs, upright=upright)


@cache
def random_drawing(seed: int, upright: bool) -> Drawing:
    cluster, specs = anything(seed)
    return lay_out(cluster, specs, upright=upright)


@pytest.fixture(params=[(n, u) for n in KNOWN for u in (False, True)], ids=str)
def known(request: pytest.FixtureRequest) -> Drawing:
    return drawn(*request.param)


@pytest.fixture(params=[(s, u) for s in SEEDS for u in (False, True)], ids=str)
def any_drawing(request: pytest.FixtureRequest) -> Drawing:
    return random_drawing(*request.param)


# ── Measures ─────────────────────────────────────────────────────────────────────────────────


def card(drawing: Drawing, ref: str) -> Box:
    return next(card.box for card in drawing.cards if card.ref == ref)


def stretches(drawing: Drawing) -> Iterator[Box]:
    """Every straight stretch of every arrow, as a box without width."""
    for route in drawing.routes:
        for (x1, y1), (x2, y2) in pairwise(route.points):
            yield around((x1, y1, x2, y2))


def around(segment: Segment) -> Box:
    x1, y1, x2, y2 = segment
    return Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def bars(drawing: Drawing) -> list[Box]:
    return [around(bar) for route in drawing.routes for bar in (route.source_bar, route.target_bar)]


def labels(drawing: Drawing) -> list[Box]:
    return [route.label for route in drawing.routes]


def touching(boxes: list[Box], others: list[Box], gap: float = 0.0) -> list[tuple[Box, Box]]:
    return [(a, b) for a in boxes for b in others if a.overlaps(b, gap)]


def touching_each_other(boxes: list[Box], gap: float = 0.0) -> list[tuple[Box, Box]]:
    return [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b, gap)]


def hidden_cards(drawing: Drawing) -> list[tuple[Box, Box]]:
    """Where a stretch runs inside a card (ends touch their own card's edge, and no more)."""
    return touching(list(stretches(drawing)), [card.box for card in drawing.cards], -0.01)


# ── What holds for every drawing ─────────────────────────────────────────────────────────────


def test_no_card_lies_on_another(any_drawing: Drawing) -> None:
    assert not touching_each_other([card.box for card in any_drawing.cards], 20)


def test_no_arrow_runs_through_a_card(any_drawing: Drawing) -> None:
    assert not hidden_cards(any_drawing)


def test_no_label_covers_a_card(any_drawing: Drawing) -> None:
    assert not touching(labels(any_drawing), [card.box for card in any_drawing.cards])


@pytest.mark.parametrize("seed", SEEDS)
def test_no_label_covers_another_in_a_wide_drawing(seed: int) -> None:
    assert not touching_each_other(labels(random_drawing(seed, False)))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_label_or_arrow_covers_a_title_in_a_wide_drawing(seed: int) -> None:
    drawing = random_drawing(seed, False)
    titles = [fence.title_box for fence in drawing.namespaces]
    assert not touching([*labels(drawing), *stretches(drawing)], titles)


# ── What holds for the clusters of the lessons, on a phone too ───────────────────────────────


def test_no_known_arrow_runs_through_a_card(known: Drawing) -> None:
    assert not hidden_cards(known)


def test_no_known_label_covers_a_card_a_title_or_a_label(known: Drawing) -> None:
    boxes = [card.box for card in known.cards] + [fence.title_box for fence in known.namespaces]
    assert not touching(labels(known), boxes, 1)
    assert not touching_each_other(labels(known), 1)


def test_no_arrow_runs_through_a_title(known: Drawing) -> None:
    assert not touching(list(stretches(known)), [fence.title_box for fence in known.namespaces], 4)


def test_every_label_sits_on_its_own_line(known: Drawing) -> None:
    for route in known.routes:
        own = [around((*a, *b)) for a, b in pairwise(route.points)]
        assert any(route.label.overlaps(stretch) for stretch in own)
        assert route.label.overlaps(Box(*route.middle, 0, 0))


def test_no_bar_touches_another_or_a_label(known: Drawing) -> None:
    assert not touching_each_other(bars(known), 3)
    assert not touching(bars(known), labels(known), 1)


def test_no_two_arrows_run_along_each_other(known: Drawing) -> None:
    for one, other in combinations(known.routes, 2):
        for a, b in pairwise(one.points):
            for c, d in pairwise(other.points):
                same_way = (a[0] == b[0]) == (c[0] == d[0])
                assert not (same_way and around((*a, *b)).overlaps(around((*c, *d)), 8))


def test_everything_lies_inside_the_drawing(known: Drawing) -> None:
    canvas = Box(0, 0, known.width + 0.1, known.height + 0.1)
    parts = [card.box for card in known.cards] + [fence.box for fence in known.namespaces]
    parts += [*labels(known), *bars(known), *stretches(known)]
    assert [part for part in parts if not canvas.contains(part)] == []


def test_every_text_lies_inside_its_card(known: Drawing) -> None:
    for card in known.cards:
        for line in card.lines:
            assert line.x + text_width(line.text, TEXT_SIZE) <= card.box.right - 5
            assert card.box.y < line.y < card.box.bottom
        assert card.title.x + text_width(card.title.text, NAME_SIZE, bold=True) < card.box.right


def test_every_pod_stands_inside_its_namespace(known: Drawing) -> None:
    fences = {fence.name: fence.box for fence in known.namespaces}
    assert not touching_each_other(list(fences.values()))
    for card in known.cards:
        inside = [name for name, box in fences.items() if box.contains(card.box)]
        assert inside == ([] if card.outside else [card.ref.split("/")[0]])


def test_all_cards_are_of_one_size(known: Drawing) -> None:
    assert len({(card.box.width, card.box.height) for card in known.cards}) == 1


@pytest.mark.parametrize("name", KNOWN)
def test_a_phone_shows_the_upright_drawing_whole(name: str) -> None:
    assert drawn(name, True).width <= 340


@pytest.mark.parametrize("name", KNOWN)
def test_the_wide_drawing_keeps_to_a_page(name: str) -> None:
    assert drawn(name, False).width <= 960


@pytest.mark.parametrize("upright", [False, True])
def test_like_input_gives_like_drawings(upright: bool) -> None:
    cluster, specs = TIERS
    assert lay_out(cluster, specs, upright=upright) == drawn("tiers", upright)


def test_text_is_nowhere_smaller_than_twelve() -> None:
    assert min(NAME_SIZE, TEXT_SIZE, LABEL_SIZE) >= 12


# ── Placing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["web", "api"])
def test_pods_of_one_name_stand_in_line(name: str) -> None:
    wide, upright = drawn("tiers", False), drawn("tiers", True)
    assert card(wide, f"prod/{name}").x == card(wide, f"staging/{name}").x
    assert card(upright, f"prod/{name}").y == card(upright, f"staging/{name}").y


def test_hosts_stand_right_of_the_cluster_and_on_a_phone_below_it() -> None:
    wide, upright = drawn("tiers", False), drawn("tiers", True)
    assert card(wide, "backup").x > max(fence.box.right for fence in wide.namespaces)
    assert card(upright, "backup").y > max(fence.box.bottom for fence in upright.namespaces)


def test_lonely_pods_stand_in_one_row_and_on_a_phone_in_one_column() -> None:
    assert len({card.box.y for card in drawn("abc", False).cards}) == 1
    assert len({card.box.x for card in drawn("abc", True).cards}) == 1


def test_neighbours_are_joined_by_a_straight_line() -> None:
    assert [len(route.points) for route in drawn("tiers", False).routes[:2]] == [2, 2]


def test_more_arrows_move_no_pod_to_another_place_in_the_order() -> None:
    cluster, specs = TIERS
    few = lay_out(cluster, specs[:2], upright=False)
    assert [c.ref for c in few.cards] == [c.ref for c in drawn("tiers", False).cards]


def test_a_cluster_without_arrows_is_drawn() -> None:
    assert len(lay_out(TIERS[0], (), upright=False).cards) == 7


def test_an_empty_cluster_is_drawn() -> None:
    assert lay_out(Cluster((), ()), (), upright=True).cards == ()


# ── Text ─────────────────────────────────────────────────────────────────────────────────────


def test_a_fourth_label_is_counted_and_no_more() -> None:
    full = pod("n/p", dict.fromkeys("abcde", "1"), ContainerPort(3306, name="mysql"))
    drawing = lay_out(Cluster((namespace("n"),), (full,)), (), upright=False)
    texts = [line.text for line in drawing.cards[0].lines]
    assert texts == ["a=1", "b=1", "c=1", "+2 more", ":3306 mysql"]


def test_the_automatic_label_of_a_namespace_is_not_shown() -> None:
    shop, system = drawn("dns", False).namespaces
    assert shop.labels is not None
    assert (shop.labels.text, system.labels) == ("env=prod", None)


def test_a_long_text_ends_in_an_ellipsis_and_keeps_its_whole() -> None:
    long = pod("n/p", {"app.kubernetes.io/name": "a-rather-long-name"})
    line = lay_out(Cluster((namespace("n"),), (long,)), (), upright=False).cards[0].lines[0]
    assert line.text.endswith("…")
    assert line.full == "app.kubernetes.io/name=a-rather-long-name"


def test_a_short_text_stays_as_it_is() -> None:
    assert shorten("role=db", TEXT_SIZE, 100) == "role=db"


# ── The presenter ────────────────────────────────────────────────────────────────────────────

OPEN, SHUT, LEFT_OPEN = Outcome.ALLOWED, Outcome.DENIED, Outcome.UNDEFINED
API, DB = TIERS[0].pods[4], TIERS[0].pods[2]


def verdict(outcome: Outcome, egress: Outcome = OPEN, ingress: Outcome = OPEN) -> Verdict:
    return Verdict(
        Probe(API, DB, "TCP", 3306),
        outcome,
        Gate(Direction.EGRESS, API, egress, GateReason.NOT_ISOLATED),
        Gate(Direction.INGRESS, DB, ingress, GateReason.NOT_ISOLATED),
    )


def arrow(
    given: Verdict, *, selected: str = "", changed: frozenset[str] = frozenset()
) -> ArrowView:
    drawing = lay_out(TIERS[0], arrows("staging/api prod/db 3306"), upright=False)
    shown = picture(drawing, [given], ids=["x"], prefix="w", selected=selected, changed=changed)
    return shown.arrows[0]


VERDICTS = {
    "allowed": verdict(OPEN),
    "egress": verdict(SHUT, SHUT, OPEN),
    "ingress": verdict(SHUT, OPEN, SHUT),
    "both": verdict(SHUT, SHUT, SHUT),
    "undefined": verdict(LEFT_OPEN, OPEN, LEFT_OPEN),
    "not enforced": verdict(Outcome.NOT_ENFORCED),
}


@pytest.mark.parametrize(
    ("name", "classes", "label"),
    [
        ("allowed", "arrow arrow-allowed", "✓ 3306"),
        ("egress", "arrow arrow-denied", "✕ 3306 egress"),
        ("ingress", "arrow arrow-denied", "✕ 3306 ingress"),
        ("both", "arrow arrow-denied", "✕ 3306 both"),
        ("undefined", "arrow arrow-undefined", "? 3306"),
        ("not enforced", "arrow arrow-not-enforced", "~ not enforced"),
    ],
)
def test_an_arrow_bears_its_outcome_as_class_and_word(name: str, classes: str, label: str) -> None:
    shown = arrow(VERDICTS[name])
    assert (shown.classes, shown.label.text) == (classes, label)


@pytest.mark.parametrize(
    ("name", "strokes"),
    [
        ("allowed", ["half egress open", "half ingress open"]),
        ("egress", ["half egress shut ghost", "half ingress open ghost", "stub"]),
        ("ingress", ["half egress open", "half ingress shut"]),
        ("both", ["half egress shut ghost", "half ingress shut ghost", "stub"]),
        ("undefined", ["half egress open", "half ingress undefined"]),
        ("not enforced", ["half egress open", "half ingress open", "core"]),
    ],
)
def test_each_half_of_an_arrow_shows_its_gate(name: str, strokes: list[str]) -> None:
    assert [stroke.classes for stroke in arrow(VERDICTS[name]).strokes] == strokes


@pytest.mark.parametrize(
    ("name", "bars"),
    [
        ("allowed", []),
        ("egress", ["bar egress"]),
        ("ingress", ["bar ingress"]),
        ("both", ["bar egress", "bar ingress"]),
        ("undefined", []),
        ("not enforced", []),
    ],
)
def test_a_bar_stands_only_at_a_gate_that_refuses(name: str, bars: list[str]) -> None:
    assert [bar.classes for bar in arrow(VERDICTS[name]).bars] == bars


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("allowed", "head head-filled"),
        ("egress", ""),
        ("ingress", ""),
        ("both", ""),
        ("undefined", "head head-open"),
        ("not enforced", "head head-filled"),
    ],
)
def test_an_arrow_has_the_head_of_its_outcome(name: str, head: str) -> None:
    shown = arrow(VERDICTS[name])
    assert (shown.head_classes, bool(shown.head)) == (head, bool(head))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("allowed", "is allowed"),
        ("egress", "is denied at egress"),
        ("ingress", "is denied at ingress"),
        ("both", "is denied at both gates"),
        ("undefined", "is left undefined by the API"),
        ("not enforced", "is open: policies are not enforced"),
    ],
)
def test_an_arrow_is_read_out_as_a_sentence(name: str, says: str) -> None:
    assert arrow(VERDICTS[name]).aria == f"staging/api → prod/db : 3306 {says}. Why?"


@pytest.mark.parametrize("given", VERDICTS.values(), ids=VERDICTS)
def test_no_verdict_needs_more_room_than_was_kept(given: Verdict) -> None:
    room = text_width(label_space(given.probe), LABEL_SIZE, bold=True)
    assert text_width(arrow(given).label.text, LABEL_SIZE, bold=True) <= room


def test_a_ping_is_called_ping_and_a_protocol_is_named() -> None:
    assert label_text(replace(VERDICTS["allowed"], probe=Probe(API, DB, "ICMP"))) == "✓ ping"
    assert label_space(Probe(API, DB, "UDP", 53)) == "✕ 53/UDP ingress"


def test_the_reply_is_named_where_one_comes_back() -> None:
    reply = arrow(VERDICTS["allowed"]).reply_label
    assert reply is not None
    assert reply.text == "✓ 3306 · reply"
    assert arrow(VERDICTS["ingress"]).reply_label is None


def test_selected_and_changed_arrows_are_marked() -> None:
    shown = arrow(VERDICTS["allowed"], selected="x", changed=frozenset({"x"}))
    assert shown.classes == "arrow arrow-allowed selected changed"


def test_the_selected_arrow_keeps_its_place_and_fades_the_others() -> None:
    drawing = lay_out(TIERS[0], arrows("prod/web prod/db 1", "prod/api prod/db 1"), upright=False)
    both = [VERDICTS["allowed"]] * 2
    shown = picture(drawing, both, ids=["one", "two"], prefix="w", selected="one")
    assert [view.id for view in shown.arrows] == ["one", "two"]
    assert shown.classes == "topology topology-wide has-selection"


def test_a_drawing_that_needs_much_room_says_so() -> None:
    shown = picture(drawn("tiers", False), [VERDICTS["both"]] * 7, ids="abcdefg", prefix="w")
    assert shown.classes == "topology topology-wide topology-broad"


def test_a_verdict_moves_nothing() -> None:
    views = [arrow(given) for given in VERDICTS.values()]
    assert len({(view.path, view.label_frame.y) for view in views}) == 1
