"""Why a document is refused, in the sentences that kubectl and the API server wrap problems in."""

from collections.abc import Sequence

from simulator.kubectl.documents import Document
from simulator.model import Problem
from simulator.words import clip

_VALIDATING = ("apiVersion not set", "kind not set", "invalid object to validate")
_RETRIEVING = ("resource name may not be empty", "invalid resource name")
_OFF = "if you choose to ignore these errors, turn validation off with --validate=false"


def refusal(document: Document, file: str, namespace: str, *, doing: str = "creating") -> str:
    """What is said of a document that is refused; one layer at a time, as the server finds it.

    `doing` is what was tried: creating, replacing.
    """
    errors = document.reading.errors
    for layer in (_syntax, _validation, _kind, _name, _decoding, _server):
        if said := layer(document, errors, file=file, namespace=namespace, doing=doing):
            return said
    return _invalid(document, errors)


def _messages(errors: Sequence[Problem], *starts: str) -> list[str]:
    return [error.message for error in errors if error.message.startswith(starts)]


def _syntax(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    for error in errors:
        if error.limit:
            return f"error: error parsing {file}: {error.message} (a limit of this lab)\n"
    for message in _messages(errors, "yaml:", "json: unsupported"):
        said = message.partition(": U+")[0]
        return f"error: error parsing {file}: error converting YAML to JSON: {said}\n"
    for message in _messages(errors, "invalid Yaml", "json: invalid", "the tag "):
        return f"error: error parsing {file}: {message}\n"
    for message in _messages(errors, "no objects passed"):
        return f"error: {message}\n"
    return ""


def _validation(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    found = _messages(errors, *_VALIDATING)
    if not found:
        return ""
    said = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
    return f'error: error validating "{file}": error validating data: {said}; {_OFF}\n'


def _kind(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    for message in _messages(errors, "no matches for kind"):
        name, space = clip(document.name), clip(document.namespace)
        return (
            f'error: resource mapping not found for name: "{name}" namespace: "{space}" from '
            f'"{file}": {message}\nensure CRDs are installed first\n'
        )
    for message in _messages(errors, "no kind "):
        kind = clip(str(document.data.get("kind", "")))
        return (
            f'Error from server (BadRequest): error when {doing} "{file}": {kind} in version "v1" '
            f"cannot be handled as a NetworkPolicy: {message} in scheme "
            '"pkg/runtime/scheme.go:111"\n'
        )
    for error in errors:
        if error.message.endswith(" is no NetworkPolicy"):
            return f"error: {file}: {error.message}, and only policies can be changed in this lab\n"
    return ""


def _name(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    for message in _messages(errors, *_RETRIEVING):
        return (
            "error: error when retrieving current configuration of:\n"
            'Resource: "networking.k8s.io/v1, Resource=networkpolicies", GroupVersionKind: '
            '"networking.k8s.io/v1, Kind=NetworkPolicy"\n'
            f'Name: "{clip(document.name)}", Namespace: "{clip(document.namespace or namespace)}"\n'
            f'from server for: "{file}": {message}\n'
        )
    for message in _messages(errors, "cannot use generate name"):
        metadata = document.data.get("metadata")
        prefix = metadata.get("generateName", "") if isinstance(metadata, dict) else ""
        return f"error: from {clip(str(prefix))}: {message}\n"
    return ""


def _decoding(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    for error in errors:
        if error.message.startswith(("json: ", "parsing time")):
            if error.path.startswith("metadata"):
                return f'error: unable to decode "{file}": {error.message}\n'
            return _bad_request(file, doing, error.message)
    strict = "strict decoding error: "
    if found := _messages(errors, strict):
        fields = sorted({message.removeprefix(strict) for message in found})
        return _bad_request(file, doing, strict + ", ".join(fields))
    return ""


def _bad_request(file: str, doing: str, message: str) -> str:
    return (
        f'Error from server (BadRequest): error when {doing} "{file}": NetworkPolicy in version '
        f'"v1" cannot be handled as a NetworkPolicy: {message}\n'
    )


def _server(
    document: Document, errors: Sequence[Problem], *, file: str, namespace: str, doing: str
) -> str:
    for message in _messages(errors, "namespaces "):
        return f'Error from server (NotFound): error when {doing} "{file}": {message}\n'
    return ""


def _invalid(document: Document, errors: Sequence[Problem]) -> str:
    messages = list(dict.fromkeys(error.message for error in errors))
    head = f'The NetworkPolicy "{clip(document.name)}" is invalid: '
    if len(messages) == 1:
        return f"{head}{messages[0]}\n"
    return head.rstrip(" ") + " \n" + "".join(f"* {message}\n" for message in messages)


def api_warnings(document: Document) -> str:
    """What the server itself warns of; our other warnings are the editor's."""
    return "".join(
        f"Warning: {warning.message}\n"
        for warning in document.reading.warnings
        if "CIDR value" in warning.message
    )
