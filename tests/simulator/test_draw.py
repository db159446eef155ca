"""The picture's geometry keeps its promises, and its arrows say what their verdicts say."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from itertools import combinations, pairwise

import pytest

from netpol_lab.lab.answers import label_space, label_text
from netpol_lab.lab.parts import ArrowView
from netpol_lab.lab.picture import picture
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
from simulator.draw.text import name_width, shorten_name
from simulator.model import (
    Cluster,
    Connection,
    ContainerPort,
    Dial,
    Direction,
    ExternalHost,
    Gate,
    GateReason,
    Namespace,
    Outcome,
    Pod,
    Probe,
    Service,
    ServicePort,
    ServiceType,
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
SHOP: Sketch = (
    Cluster(
        (namespace("shop", env="prod"), namespace("kube-system")),
        (
            pod("shop/web", {"app": "web"}, ContainerPort(80, name="http")),
            pod("shop/api", {"app": "api", "version": "v1"}, ContainerPort(8080, name="http")),
            pod("shop/api-v2", {"app": "api", "version": "v2"}, ContainerPort(8080, name="http")),
            pod("kube-system/coredns", {"k8s-app": "kube-dns"}, ContainerPort(53, "UDP", "dns")),
        ),
        (ExternalHost("internet", ip_address("203.0.113.7")),),
        services=(
            Service("shop", "api", {"app": "api"}, (ServicePort(80, 8080),)),
            Service("shop", "idle", {"app": "api"}, (ServicePort(80, 8080),)),
        ),
    ),
    arrows(
        "shop/web api.shop 80",
        "shop/web kube-system/coredns 53/UDP",
        "shop/web internet 443",
        "shop/api internet 443",
    ),
)
KNOWN = {"tiers": TIERS, "abc": ABC, "dns": DNS, "shop": SHOP}
SEEDS = range(-15, 25)  # below 0: with Services
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


def anything_with_services(seed: int) -> Sketch:
    """The same, with a Service before some of its pods, and arrows that go to it instead."""
    cluster, specs = anything(seed)
    chance = random.Random(seed)
    fronted = chance.sample(cluster.pods, (len(cluster.pods) + 1) // 2)
    services = {
        one.ref: Service(one.namespace, one.name, one.labels, (ServicePort(80, 8080),))
        for one in fronted
    }
    return replace(cluster, services=tuple(services.values())), tuple(
        replace(spec, target=services[spec.target].ref) if spec.target in services else spec
        for spec in specs
    )


@cache
def drawn(name: str, upright: bool) -> Drawing:
    cluster, specs = KNOWN[name]
    return lay_out(cluster, specs, upright=upright)


@cache
def random_drawing(seed: int, upright: bool) -> Drawing:
    if seed < 0:
        cluster, specs = anything_with_services(-seed)
    else:
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
        home = card.ref.split(".")[1] if card.service else card.ref.split("/")[0]
        assert inside == ([] if card.outside else [home])


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


def test_a_service_stands_before_its_pods_and_one_that_no_arrow_names_is_not_drawn() -> None:
    wide, upright = drawn("shop", False), drawn("shop", True)
    places = [card(wide, ref).x for ref in ("shop/web", "api.shop", "shop/api", "shop/api-v2")]
    assert places == sorted(places)
    assert card(upright, "api.shop").y < card(upright, "shop/api").y
    assert [c.ref for c in wide.cards if c.service] == ["api.shop"]


def test_within_a_namespace_rows_stand_close_and_a_way_past_them_is_straight() -> None:
    wide = drawn("shop", False)
    service, below, other = (card(wide, r) for r in ("api.shop", "shop/api", "kube-system/coredns"))
    assert below.x == service.x
    assert below.y - service.bottom < other.y - below.bottom - 40  # no title in between
    assert len(wide.routes[1].points) == 2


def test_a_service_with_nobody_behind_stands_last() -> None:
    lonely = Service("shop", "void", {"app": "none"}, (ServicePort(80, 80),))
    cluster = replace(SHOP[0], services=(lonely,))
    drawing = lay_out(cluster, arrows("shop/web void.shop 80"), upright=False)
    assert card(drawing, "void.shop").x > card(drawing, "shop/api-v2").x


def test_a_service_alone_in_its_namespace_is_drawn() -> None:
    alone = Cluster(
        (namespace("a"), namespace("b")),
        (pod("a/web", {}),),
        services=(Service("b", "db", None, (ServicePort(80, 80),)),),
    )
    drawing = lay_out(alone, arrows("a/web db.b 80"), upright=True)
    assert [fence.name for fence in drawing.namespaces] == ["a", "b"]


# ── Text ─────────────────────────────────────────────────────────────────────────────────────


def test_a_fourth_label_is_counted_and_no_more() -> None:
    full = pod("n/p", dict.fromkeys("abcde", "1"), ContainerPort(3306, name="mysql"))
    drawing = lay_out(Cluster((namespace("n"),), (full,)), (), upright=False)
    texts = [line.text for line in drawing.cards[0].lines]
    assert texts == ["a=1", "b=1", "c=1", "+2 more", ":3306 mysql"]


def lines_of(cluster: Cluster, ref: str, *lines: str) -> list[str]:
    drawing = lay_out(cluster, arrows(*lines), upright=False)
    return [line.full for one in drawing.cards if one.ref == ref for line in one.lines]


@pytest.mark.parametrize(
    ("service", "lines"),
    [
        (Service("n", "s", {"a": "b"}, (ServicePort(80, 8080),)),
         ["Service", "selects a=b", "80 → 8080"]),
        (Service("n", "s", {"a": "b"}, (ServicePort(80, "http"), ServicePort(53, 5353, "UDP"))),
         ["Service", "selects a=b", "80 → http", "53/UDP → 5353"]),
        (Service("n", "s", None, (ServicePort(80, 8080),), headless=True),
         ["Service", "headless", "80"]),
        (Service("n", "s", None, (ServicePort(80, 80, node_port=30080),), ServiceType.NODE_PORT),
         ["Service", "NodePort", "80 → 80", "nodePort 30080"]),
    ],
)  # fmt: skip
def test_a_service_says_what_it_is_and_how_it_translates(
    service: Service, lines: list[str]
) -> None:
    cluster = Cluster((namespace("n"),), (pod("n/p", {}),), services=(service,))
    assert lines_of(cluster, "s.n", "n/p s.n 80") == lines


def test_nodes_and_pods_on_their_network_say_so() -> None:
    node = ExternalHost("node-1", ip_address("10.0.0.1"), node=True)
    agent = replace(pod("n/agent", {"app": "agent"}), node="node-1", host_network=True)
    cluster = Cluster((namespace("n"),), (agent,), (node,))
    assert lines_of(cluster, "node-1") == ["node", "10.0.0.1"]
    assert lines_of(cluster, "n/agent") == ["hostNetwork", "app=agent"]


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


def test_a_shortened_name_keeps_the_letter_that_tells_namespaces_apart() -> None:
    names = [shorten_name(f"namespace-{letter}", 80) for letter in "abc"]
    assert [name[-3:] for name in names] == ["…-a", "…-b", "…-c"]
    assert all(name_width(name) <= 80 for name in names)
    assert shorten_name("kube-system", 80).startswith("kube-s")
    assert shorten_name("namespace-a", 800) == "namespace-a"


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


# ── Arrows to Services ───────────────────────────────────────────────────────────────────────

WEB, V1, V2 = SHOP[0].pods[:3]


def behind(target: Pod, egress: Outcome, ingress: Outcome) -> Verdict:
    gates = (
        Gate(Direction.EGRESS, WEB, egress, GateReason.NOT_ISOLATED),
        Gate(Direction.INGRESS, target, ingress, GateReason.NOT_ISOLATED),
    )
    outcome = SHUT if SHUT in (egress, ingress) else OPEN
    return Verdict(Probe(WEB, target, "TCP", 8080), outcome, *gates)


def connection(outcome: Outcome, *verdicts: Verdict) -> Connection:
    dial = Dial(WEB, SHOP[0].services[0], "api", "TCP", 80)
    return Connection(dial, outcome, None, verdicts)


BOTH_OPEN = (behind(V1, OPEN, OPEN), behind(V2, OPEN, OPEN))
CONNECTIONS = {
    "allowed": connection(OPEN, *BOTH_OPEN),
    "egress": connection(SHUT, behind(V1, SHUT, OPEN), behind(V2, SHUT, SHUT)),
    "ingress": connection(SHUT, behind(V1, OPEN, SHUT), behind(V2, OPEN, SHUT)),
    "each its own": connection(SHUT, behind(V1, SHUT, OPEN), behind(V2, OPEN, SHUT)),
    "mixed": connection(Outcome.MIXED, behind(V1, OPEN, OPEN), behind(V2, OPEN, SHUT)),
    "mixed names": connection(Outcome.MIXED, *BOTH_OPEN),
    "no name": connection(Outcome.NOT_RESOLVED, *BOTH_OPEN),
    "nowhere": connection(Outcome.UNREACHABLE),
}


def service_arrow(given: Connection) -> ArrowView:
    drawing = lay_out(SHOP[0], arrows("shop/web api.shop 80"), upright=False)
    return picture(drawing, [given], ids=["x"], prefix="w").arrows[0]


@pytest.mark.parametrize(
    ("name", "label", "strokes", "bars", "head"),
    [
        ("allowed", "✓ 80", "open open", [], "filled"),
        ("egress", "✕ 80 egress", "shut mixed", ["egress"], ""),
        ("ingress", "✕ 80 ingress", "open shut", ["ingress"], ""),
        ("each its own", "✕ 80", "mixed mixed", [], ""),
        ("mixed", "± 80: 1 of 2", "open mixed", [], "half"),
        ("mixed names", "± 80: name", "open open", [], "half"),
        ("no name", "✕ no name", "open open", ["look-up"], ""),
        ("nowhere", "✕ 80 nowhere", "nowhere nowhere", [], ""),
    ],
)
def test_an_arrow_to_a_service_shows_what_its_endpoints_answer(
    name: str, label: str, strokes: str, bars: list[str], head: str
) -> None:
    shown = service_arrow(CONNECTIONS[name])
    assert shown.label.text == label
    assert " ".join(stroke.classes.split()[2] for stroke in shown.strokes[:2]) == strokes
    assert [bar.classes.removeprefix("bar ") for bar in shown.bars] == bars
    assert shown.head_classes == (f"head head-{head}" if head else "")
    assert bool(shown.half_head) == (head == "half")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("egress", "is denied at egress"),
        ("each its own", "is denied"),
        ("mixed", "is mixed: 1 of 2 endpoints"),
        ("mixed names", "is mixed: the name is found at times"),
        ("no name", "is not begun: the name is not resolved"),
        ("nowhere", "is unreachable, whatever policies say"),
    ],
)
def test_an_arrow_to_a_service_is_read_out(name: str, says: str) -> None:
    assert service_arrow(CONNECTIONS[name]).aria == f"shop/web → api : 80 {says}. Why?"


def test_what_never_leaves_is_only_a_ghost() -> None:
    for name, ghost in {"no name": True, "egress": True, "nowhere": False, "mixed": False}.items():
        strokes = service_arrow(CONNECTIONS[name]).strokes
        assert all("ghost" in stroke.classes for stroke in strokes[:2]) is ghost
        assert (strokes[-1].classes == "stub") is ghost


@pytest.mark.parametrize("given", CONNECTIONS.values(), ids=CONNECTIONS)
def test_no_connection_needs_more_room_than_was_kept(given: Connection) -> None:
    room = text_width(label_space(given.probe, SHOP[0]), LABEL_SIZE, bold=True)
    assert text_width(label_text(given), LABEL_SIZE, bold=True) <= room


def test_room_is_kept_for_as_many_endpoints_as_there_are() -> None:
    dial = replace(CONNECTIONS["mixed"].probe, port=12345, protocol="UDP")
    assert label_space(dial, SHOP[0]) == "✕ 12345/UDP nowhere"
    assert label_space(replace(dial, port=80, protocol="TCP"), SHOP[0]) == "~ not enforced"


def test_a_service_is_framed_by_two_lines_and_counted_apart() -> None:
    shown = picture(drawn("shop", False), [VERDICTS["both"]] * 4, ids="abcd", prefix="w")
    framed = {card.ref: (card.classes, card.inner is not None) for card in shown.cards}
    assert framed["api.shop"] == ("card service", True)
    assert framed["shop/api"] == ("card pod", False)
    assert shown.aria == "Topology: 4 connections between 5 endpoints and 1 Service"


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
