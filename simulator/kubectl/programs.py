"""The programs that a pod of the lab has: nc, wget, ping and nslookup as in busybox, and curl."""

import re
from collections.abc import Callable, Sequence

from simulator.kubectl.dialling import Client, Ending, Got, dial, dns_answers, is_address, target
from simulator.kubectl.fetching import curl, wget
from simulator.kubectl.flags import Flag
from simulator.kubectl.program import BUSYBOX, Output, open_question, port_number, read_words
from simulator.kubectl.state import Stop, note
from simulator.model import Service
from simulator.words import clip

_DNS_ADDRESS = "10.96.0.10"
# ── nc ──

_NC = (
    Flag("zero", "z"), Flag("verbose", "v"), Flag("numeric", "n"), Flag("udp", "u"),
    Flag("wait", "w", "value"), Flag("four", "4"), Flag("six", "6"), Flag("close", "N"),
    Flag("quit", "q", "value"), Flag("interval", "i", "value"), Flag("listen", "l"),
)  # fmt: skip


def nc(client: Client, args: Sequence[str]) -> Output:
    """Open a connection, or with -z only look whether one can be opened."""
    words = read_words("nc", args, _NC)
    if words.has("listen"):
        raise Stop("nc: listening is not part of this lab\n")
    if len(words.args) != 2:
        raise Stop(f"{BUSYBOX}Usage: nc [-zvn] [-w SEC] HOST PORT\n")
    host, port = words.args[0], port_number("nc", words.args[1])
    ending = dial(client, host, port, "UDP" if words.has("udp") else "TCP")
    where = f"{clip(host)} ({ending.address}:{port})"
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"nc: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.OPEN:
        return Output("", ending.note + (f"{where} open\n" if words.has("verbose") else ""))
    if ending.got is Got.UNDEFINED:
        return open_question(ending)
    if words.has("udp") and words.has("zero"):  # nothing comes back either way
        return Output("", ending.note + (f"{where} open\n" if words.has("verbose") else ""))
    why = "Connection timed out" if ending.got is Got.TIMED_OUT else "Connection refused"
    return Output("", f"{ending.note}nc: {where}: {why}\n", 1)


# ── ping, nslookup ──

_PING = (
    Flag("count", "c", "value"), Flag("deadline", "w", "value"), Flag("timeout", "W", "value"),
    Flag("interval", "i", "value"), Flag("quiet", "q"), Flag("size", "s", "value"),
    Flag("four", "4"), Flag("six", "6"),
)  # fmt: skip
_MOST_PINGS = 10


def ping(client: Client, args: Sequence[str]) -> Output:
    """Send echo requests; three, where nobody says how many."""
    words = read_words("ping", args, _PING)
    if len(words.args) != 1:
        raise Stop(f"{BUSYBOX}Usage: ping [-c CNT] HOST\n")
    (host,) = words.args
    ending = dial(client, host, None, "ICMP")
    if ending.got in {Got.NO_NAME, Got.NO_ANSWER}:
        return Output("", f"ping: bad address '{clip(host)}'\n", 1)
    if ending.got is Got.UNDEFINED:
        return open_question(ending)
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
        raise Stop(f"{BUSYBOX}Usage: nslookup HOST\n")
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
