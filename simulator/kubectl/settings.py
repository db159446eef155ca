"""kubectl config, api-resources, version and the like: what says where one is."""

from dataclasses import replace

from simulator.kubectl.call import GLOBAL, Call
from simulator.kubectl.flags import Flag
from simulator.kubectl.jsonpath import jsonpath
from simulator.kubectl.printing import as_json, as_yaml, check_format
from simulator.kubectl.resources import RESOURCES
from simulator.kubectl.state import Answer, Stop
from simulator.kubectl.tables import table
from simulator.validate import namespace_name
from simulator.words import clip

CONFIG_FLAGS = (*GLOBAL, Flag("current"), Flag("minify"), Flag("output", "o", "value"),
                Flag("no-headers"), Flag("raw"), Flag("flatten"))  # fmt: skip
RESOURCE_FLAGS = (
    *GLOBAL, Flag("api-group", "", "value"), Flag("namespaced", "", "perhaps"),
    Flag("no-headers"), Flag("output", "o", "value"), Flag("sort-by", "", "value"),
    Flag("verbs", "", "value"), Flag("cached"),
)  # fmt: skip


def config(call: Call) -> Answer:
    """The context: its namespace can be set, all of it shown."""
    name = call.words.args[0] if call.words.args else ""
    if name == "set-context":
        return _set_context(call)
    if name == "view":
        return Answer(call.state, _view(call))
    if name == "current-context":
        return Answer(call.state, f"{call.state.context}\n")
    if name == "get-contexts":
        return Answer(call.state, _contexts(call))
    known = "current-context, get-contexts, set-context --current --namespace=NAME, view"
    raise Stop(f"error: of kubectl config this lab has: {known}\n")


def _set_context(call: Call) -> Answer:
    names = call.words.args[1:]
    if not call.words.has("current") and names != (call.state.context,):
        none = "you must specify a non-empty context name or --current"
        raise Stop(f"error: {'this lab has one context: use --current' if names else none}\n")
    space = call.words.one("namespace")
    if space is None:
        return Answer(call.state, f'Context "{call.state.context}" modified.\n')
    if space and namespace_name(space):
        raise Stop(f'error: "{clip(space)}" is no name that a namespace can have\n')
    state = replace(call.state, namespace=space or "default")
    return Answer(state, f'Context "{call.state.context}" modified.\n')


def _view(call: Call) -> str:
    user, _, cluster = call.state.context.partition("@")
    context = {"cluster": cluster, "namespace": call.state.namespace, "user": user}
    data = {
        "apiVersion": "v1",
        "clusters": [{"cluster": {"server": "https://lab.invalid:6443"}, "name": cluster}],
        "contexts": [{"context": context, "name": call.state.context}],
        "current-context": call.state.context,
        "kind": "Config",
        "users": [{"name": user, "user": {}}],
    }
    form, rest = check_format(call.words.one("output") or "yaml")
    if form == "jsonpath":
        return jsonpath(rest, data)
    return as_json(data) if form == "json" else as_yaml(data)


def _contexts(call: Call) -> str:
    user, _, cluster = call.state.context.partition("@")
    row = ["*", call.state.context, cluster, user, call.state.namespace]
    titles = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]
    return table([row] if call.words.has("no-headers") else [titles, row])


def api_resources(call: Call) -> Answer:
    """The types that the server knows, as a table or (-o name) by name."""
    group, spaced = call.words.one("api-group"), call.words.one("namespaced")
    found = [
        each
        for each in RESOURCES
        if (group is None or each.group == group)
        and (spaced is None or each.namespaced == call.words.has("namespaced"))
    ]
    if call.words.one("output") == "name":
        return Answer(call.state, "".join(f"{each.qualified}\n" for each in found))
    rows = [
        [each.name, each.short, each.api_version, str(each.namespaced).lower(), each.kind]
        for each in found
    ]
    titles = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    return Answer(call.state, table(rows if call.words.has("no-headers") else [titles, *rows]))


def version(call: Call) -> Answer:
    """The versions: the lab judges as this server does."""
    number = f"v{call.state.kubernetes}.0"
    text = f"Client Version: {number}\nKustomize Version: v5.7.1\n"
    server = "" if call.words.has("client") else f"Server Version: {number}\n"
    return Answer(call.state, text + server)
