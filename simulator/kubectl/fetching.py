"""curl, and wget as in busybox."""

import re
from collections.abc import Sequence

from simulator.kubectl.dialling import Client, Ending, Got, dial
from simulator.kubectl.flags import Flag, Words
from simulator.kubectl.program import BUSYBOX, Output, open_question, port_number, read_words
from simulator.kubectl.state import Stop
from simulator.words import clip

_URL = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>\d{1,5}))?(?:[/?#].*)?",
    re.S,
)


_CURL = (
    Flag("silent", "s"), Flag("show-error", "S"), Flag("max-time", "m", "value"),
    Flag("connect-timeout", "", "value"), Flag("head", "I"), Flag("verbose", "v"),
    Flag("output", "o", "value"), Flag("write-out", "w", "value"), Flag("insecure", "k"),
    Flag("location", "L"), Flag("fail", "f"), Flag("request", "X", "value"),
    Flag("header", "H", "value"), Flag("retry", "", "value"), Flag("ipv4", "4"),
    Flag("ipv6", "6"), Flag("include", "i"), Flag("no-progress-meter"), Flag("url", "", "value"),
)  # fmt: skip


def _address(program: str, url: str) -> tuple[str, int]:
    match = _URL.fullmatch(url)
    if match is None or not match["host"]:
        raise Stop(f"{program}: (3) URL rejected: no host part\n", 3)
    port = match["port"] or ("443" if match["scheme"] == "https" else "80")
    return match["host"].strip("[]"), port_number(program, port)


def curl(client: Client, args: Sequence[str]) -> Output:
    """Ask a URL; who answers says which pod it is."""
    words = read_words("curl", args, _CURL)
    urls = (*words.all("url"), *words.args)
    if not urls:
        raise Stop("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n", 2)
    host, port = _address("curl", urls[0])
    ending = dial(client, host, port)
    if ending.got is Got.OPEN:
        return Output(_page(words, ending), ending.note)
    if ending.got is Got.UNDEFINED:
        return open_question(ending)
    code, said = _curl_failure(ending, clip(host), port, words)
    quiet = words.has("silent") and not words.has("show-error")
    return Output("", ending.note + ("" if quiet else f"curl: ({code}) {said}\n"), code)


def _curl_failure(ending: Ending, host: str, port: int, words: Words) -> tuple[int, str]:
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return 6, f"Could not resolve host: {host}"
    if ending.got is Got.REFUSED:
        return 7, f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
    limit = words.one("connect-timeout") or words.one("max-time")
    seconds = float(limit) if limit and re.fullmatch(r"\d{1,6}(\.\d{1,3})?", limit) else 0.0
    if seconds:
        return 28, f"Connection timed out after {seconds * 1000:.0f} milliseconds"
    return (
        28,
        f"Failed to connect to {host} port {port} after 135000 ms: Could not connect to server",
    )


def _page(words: Words, ending: Ending) -> str:
    body = f"Hello from {ending.answering}\n"
    head = "HTTP/1.1 200 OK\nServer: nginx/1.29\nContent-Type: text/plain\n\n"
    text = head if words.has("head") else head + body if words.has("include") else body
    if words.one("output") is not None:
        text = ""
    form = (words.one("write-out") or "").replace("\\n", "\n")
    return text + form.replace("%{http_code}", "200").replace("%{response_code}", "200")


_WGET = (
    Flag("quiet", "q"), Flag("output-document", "O", "value"), Flag("timeout", "T", "value"),
    Flag("spider"), Flag("tries", "t", "value"), Flag("no-check-certificate"),
    Flag("server-response", "S"), Flag("continue", "c"),
)  # fmt: skip


def wget(client: Client, args: Sequence[str]) -> Output:
    """Fetch a URL."""
    words = read_words("wget", args, _WGET)
    if not words.args:
        raise Stop(f"{BUSYBOX}Usage: wget [-q] [-O FILE] [-T SEC] URL\n")
    host, port = _address("wget", words.args[0])
    ending = dial(client, host, port)
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"wget: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.UNDEFINED:
        return open_question(ending)
    first = "" if words.has("quiet") else f"Connecting to {clip(host)} ({ending.address}:{port})\n"
    if ending.got is Got.OPEN:
        return _fetched(words, ending, first)
    if ending.got is Got.TIMED_OUT and words.one("timeout"):
        return Output("", f"{ending.note}{first}wget: download timed out\n", 1)
    why = "Connection timed out" if ending.got is Got.TIMED_OUT else "Connection refused"
    said = f"wget: can't connect to remote host ({ending.address}): {why}\n"
    return Output("", ending.note + first + said, 1)


def _fetched(words: Words, ending: Ending, first: str) -> Output:
    body = f"Hello from {ending.answering}\n"
    if words.has("spider"):
        last = "" if words.has("quiet") else "remote file exists\n"
        return Output("", ending.note + first + last)
    if words.one("output-document") in {"-", "/dev/stdout"}:
        middle = "" if words.has("quiet") else "writing to stdout\n"
        return Output(body, ending.note + first + middle)
    name = words.one("output-document") or "index.html"
    last = "" if words.has("quiet") else f"saving to '{clip(name)}'\n'{clip(name)}' saved\n"
    return Output("", ending.note + first + last)
