"""The programs that a pod of the lab has: nc, wget, ping and nslookup as in busybox, and curl."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.kubectl.dialling import Client, Ending, Got, dial, dns_answers, is_address, target
from simulator.kubectl.flags import Flag, Words, read_flags
from simulator.kubectl.state import Stop, note
from simulator.model import Service
from simulator.words import clip

_DNS_ADDRESS = "10.96.0.10"
_BUSYBOX = "BusyBox v1.37.0 multi-call binary.\n\n"
_URL = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>\d{1,5}))?(?:[/?#].*)?",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Output:
    """What a program leaves behind."""

    stdout: str = ""
    stderr: str = ""
    exit: int = 0


def _words(name: str, args: Sequence[str], known: Sequence[Flag]) -> Words:
    try:
        return read_flags(name, args, known)
    except Stop as stop:
        message = stop.stderr.splitlines()[0].removeprefix("error: ")
        raise Stop(f"{name}: {message}\n", 2 if name == "curl" else 1) from None


def _port(program: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 0 < int(text) < 65_536:
        raise Stop(f"{program}: bad port '{clip(text)}'\n")
    return int(text)


def _open_question(ending: Ending) -> Output:
    return Output("", ending.note, 1)


# ── nc ──

_NC = (
    Flag("zero", "z"), Flag("verbose", "v"), Flag("numeric", "n"), Flag("udp", "u"),
    Flag("wait", "w", "value"), Flag("four", "4"), Flag("six", "6"), Flag("close", "N"),
    Flag("quit", "q", "value"), Flag("interval", "i", "value"), Flag("listen", "l"),
)  # fmt: skip


def nc(client: Client, args: Sequence[str]) -> Output:
    """Open a connection, or with -z only look whether one can be opened."""
    words = _words("nc", args, _NC)
    if words.has("listen"):
        raise Stop("nc: listening is not part of this lab\n")
    if len(words.args) != 2:
        raise Stop(f"{_BUSYBOX}Usage: nc [-zvn] [-w SEC] HOST PORT\n")
    host, port = words.args[0], _port("nc", words.args[1])
    ending = dial(client, host, port, "UDP" if words.has("udp") else "TCP")
    where = f"{clip(host)} ({ending.address}:{port})"
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"nc: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.OPEN:
        return Output("", ending.note + (f"{where} open\n" if words.has("verbose") else ""))
    if ending.got is Got.UNDEFINED:
        return _open_question(ending)
    if words.has("udp") and words.has("zero"):  # nothing comes back either way
        return Output("", ending.note + (f"{where} open\n" if words.has("verbose") else ""))
    why = "Connection timed out" if ending.got is Got.TIMED_OUT else "Connection refused"
    return Output("", f"{ending.note}nc: {where}: {why}\n", 1)


# ── curl, wget ──

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
    return match["host"].strip("[]"), _port(program, port)


def curl(client: Client, args: Sequence[str]) -> Output:
    """Ask a URL; who answers says which pod it is."""
    words = _words("curl", args, _CURL)
    urls = (*words.all("url"), *words.args)
    if not urls:
        raise Stop("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n", 2)
    host, port = _address("curl", urls[0])
    ending = dial(client, host, port)
    if ending.got is Got.OPEN:
        return Output(_page(words, ending), ending.note)
    if ending.got is Got.UNDEFINED:
        return _open_question(ending)
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
    words = _words("wget", args, _WGET)
    if not words.args:
        raise Stop(f"{_BUSYBOX}Usage: wget [-q] [-O FILE] [-T SEC] URL\n")
    host, port = _address("wget", words.args[0])
    ending = dial(client, host, port)
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"wget: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.UNDEFINED:
        return _open_question(ending)
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


# ── ping, nslookup ──

_PING = (
    Flag("count", "c", "value"), Flag("deadline", "w", "value"), Flag("timeout", "W", "value"),
    Flag("interval", "i", "value"), Flag("quiet", "q"), Flag("size", "s", "value"),
    Flag("four", "4"), Flag("six", "6"),
)  # fmt: skip
_MOST_PINGS = 10


def ping(client: Client, args: Sequence[str]) -> Output:
    """Send echo requests; three, where nobody says how many."""
    words = _words("ping", args, _PING)
    if len(words.args) != 1:
        raise Stop(f"{_BUSYBOX}Usage: ping [-c CNT] HOST\n")
    (host,) = words.args
    ending = dial(client, host, None, "ICMP")
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"ping: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.UNDEFINED:
        return _open_question(ending)
    count = min(_number(words.one("count"), 3), _MOST_PINGS)
    return _pinged(host, ending, count)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) and int(text) else default


def _pinged(host: str, ending: Ending, count: int) -> Output:
    passed = ending.got is Got.OPEN
    lines = [f"PING {clip(host)} ({ending.address}): 56 data bytes"]
    if passed:
        lines += [
            f"64 bytes from {ending.address}: seq={n} ttl=62 time=0.100 ms" for n in range(count)
        ]
    lost = "0%" if passed else "100%"
    got = count if passed else 0
    lines += [
        "",
        f"--- {clip(host)} ping statistics ---",
        f"{count} packets transmitted, {got} packets received, {lost} packet loss",
    ]
    if passed:
        lines.append("round-trip min/avg/max = 0.100/0.100/0.100 ms")
    return Output("".join(f"{line}\n" for line in lines), ending.note, 0 if passed else 1)


def nslookup(client: Client, args: Sequence[str]) -> Output:
    """Look a name up at the cluster's DNS."""
    names = [word for word in args if not word.startswith("-")]
    if not names:
        raise Stop(f"{_BUSYBOX}Usage: nslookup HOST\n")
    name = names[0]
    if not dns_answers(client):
        return Output("", ";; connection timed out; no servers could be reached\n\n", 1)
    server = f"Server:\t\t{_dns_address(client)}\nAddress:\t{_dns_address(client)}:53\n\n"
    found = None if is_address(name) else target(client, name)
    if not isinstance(found, Service):
        return Output(f"{server}** server can't find {clip(name)}: NXDOMAIN\n\n", "", 1)
    full = f"{found.name}.{found.namespace}.svc.cluster.local"
    ending = dial(client, name, found.ports[0].port if found.ports else 80)
    addresses = [str(each) for each in found.addresses] or [ending.address]
    rows = "".join(f"Name:\t{full}\nAddress: {each}\n" for each in addresses if each)
    return Output(f"{server}{rows}\n")


def _dns_address(client: Client) -> str:
    for service in client.state.cluster.services:
        if (service.namespace, service.name) == ("kube-system", "kube-dns") and service.addresses:
            return str(service.addresses[0])
    return _DNS_ADDRESS


# ── what else is typed ──


def hostname(client: Client, args: Sequence[str]) -> Output:
    """The pod's name."""
    return Output(f"{client.pod.name}\n")


def cat(client: Client, args: Sequence[str]) -> Output:
    """The one file that matters here."""
    if list(args) == ["/etc/resolv.conf"]:
        space = client.pod.namespace
        search = f"search {space}.svc.cluster.local svc.cluster.local cluster.local"
        return Output(f"{search}\nnameserver {_dns_address(client)}\noptions ndots:5\n")
    raise Stop(f"cat: can't open '{clip(args[0] if args else '')}': No such file or directory\n")


PROGRAMS: dict[str, Callable[[Client, Sequence[str]], Output]] = {
    "nc": nc, "netcat": nc, "ncat": nc, "curl": curl, "wget": wget, "ping": ping,
    "nslookup": nslookup, "hostname": hostname, "cat": cat,
}  # fmt: skip
#: What is said where a program is not there.
KNOWN = note("the pods of this lab have nc, curl, wget, ping, nslookup, hostname")
