"""Label selectors and other maps of text, with the API server's rules for keys and values."""

from simulator import hints, validate
from simulator.decode import At, Decoder, is_null
from simulator.model import Mark, Operator, Requirement, Selector
from simulator.nodes import Entry, Mapping, Node
from simulator.words import quote


def selector(d: Decoder, entry: Entry | None, at: At) -> Selector:
    if entry is None:
        return Selector()
    fields = d.fields(entry.value, at, validate.SELECTOR_FIELDS)
    labels = _match_labels(d, fields.get("matchLabels"), at)
    expressions = _expressions(d, fields.get("matchExpressions"), at)
    return Selector((*labels, *expressions), entry.mark)


def _match_labels(d: Decoder, entry: Entry | None, at: At) -> tuple[Requirement, ...]:
    pairs = string_map(d, entry, at, "matchLabels", "LabelSelector")
    return tuple(
        Requirement(key, Operator.IN, (value,), mark, pair=True) for key, value, mark in pairs
    )


def string_map(
    d: Decoder, entry: Entry | None, at: At, name: str, struct: str
) -> list[tuple[str, str, Mark]]:
    if entry is None or is_null(entry.value):
        return []
    here = at.key(name, struct, "map[string]string")
    if not isinstance(entry.value, Mapping):
        d.json_error(entry.value, here)
        return []
    pairs = []
    for item in entry.value.entries:
        if is_null(item.value):
            _take_null_label(d, item, here.path, name)
            continue
        value = d.text(item.value, here.named("string"))
        if value is not None:
            _check_pair(d, item, value, here, name)
            pairs.append((item.key, value, item.mark))
    return pairs


def _check_pair(d: Decoder, item: Entry, value: str, at: At, name: str) -> None:
    # The API server folds the case of an annotation's key before it looks at it.
    key = item.key.lower() if name == "annotations" else item.key
    if faults := validate.label_key(key):
        d.complain(faults, at.path, item.mark, hints.for_label(item.key, value))
    if name != "annotations" and (faults := validate.label_value(value)):
        d.complain(faults, at.path, item.value.mark, hints.for_label(item.key, value))


def _expressions(d: Decoder, entry: Entry | None, at: At) -> tuple[Requirement, ...]:
    if entry is None:
        return ()
    here = at.key("matchExpressions", "LabelSelector", "[]v1.LabelSelectorRequirement")
    items = d.items(entry.value, here)
    items = d.within("expressions", items, entry, "expressions in one selector")
    go_type = "v1.LabelSelectorRequirement"
    found = (_expression(d, n, here.item(i, go_type)) for i, n in enumerate(items))
    return tuple(requirement for requirement in found if requirement is not None)


def _expression(d: Decoder, node: Node, at: At) -> Requirement | None:
    struct = "LabelSelectorRequirement"
    if not isinstance(node, Mapping) and not is_null(node):
        d.json_error(node, at)
        return None
    fields = d.fields(node, at, validate.EXPRESSION_FIELDS)

    def text(name: str) -> tuple[str, Node]:
        if (entry := fields.get(name)) is None:
            return "", node
        return d.text(entry.value, at.key(name, struct, "string")) or "", entry.value

    key, key_node = text("key")
    operator, operator_node = text("operator")
    values = _values(d, fields.get("values"), at)
    bad = False
    for name, message in validate.operator(operator, len(values)):
        entry = fields.get(name)
        mark = entry.value.mark if entry else operator_node.mark
        hint = hints.for_operator(operator, name)
        bad |= d.complain([message], f"{at.path}.{name}", mark, hint)
    if faults := validate.label_key(key):
        bad |= d.complain(faults, f"{at.path}.key", key_node.mark)
    return None if bad else Requirement(key, Operator(operator), values, node.mark)


def _values(d: Decoder, entry: Entry | None, at: At) -> tuple[str, ...]:
    if entry is None:
        return ()
    here = at.key("values", "LabelSelectorRequirement", "[]string")
    items = d.items(entry.value, here)
    items = d.within("values", items, entry, "values in one expression")
    values = []
    for index, item in enumerate(items):
        place = here.item(index, "string")
        text = d.text(item, place)
        if text is not None:
            if faults := validate.label_value(text):
                d.complain(faults, place.path, item.mark)
            values.append(text)
    return tuple(values)


def _take_null_label(d: Decoder, item: Entry, path: str, name: str) -> None:
    if d.root:
        d.nil_error(f"{path}.{item.key}", item.mark)
        return
    if name == "annotations":
        return
    message = f"{quote(item.key)} has no value: kubectl apply drops it and says nothing"
    effect = (
        "the selector no longer asks for this label"
        if name == "matchLabels"
        else "no such label is set"
    )
    d.warn(message, path, item.mark, f"As it stands, {effect}. Write key: value, with a blank.")
