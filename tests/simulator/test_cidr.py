"""CIDRs: what the API server's own parser and rules (k8s.io/apimachinery 0.35.4) say of odd ones."""

import pytest

from simulator.cidr import cidr_faults, cidr_warnings, is_inside, read_cidr
from simulator.versions import API_SERVERS

OLD, NEW = API_SERVERS["1.35"], API_SERVERS["1.37"]
ZEROS = "must not have leading 0s in IP or prefix length"
MAPPED = "must not have an IPv4-mapped IPv6 address"
HOST = "must not have bits set beyond the prefix length"


@pytest.mark.parametrize(
    ("text", "network", "strict", "warned"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", "", []),
        ("10.0.0.5/8", "10.0.0.0/8", HOST, ["ambiguous"]),
        ("010.0.0.0/8", "10.0.0.0/8", ZEROS, ["non-standard"]),
        ("010.0.0.5/8", "10.0.0.0/8", ZEROS, ["ambiguous", "non-standard"]),
        ("0000000010.0.0.0/000000008", "10.0.0.0/8", ZEROS, ["non-standard"]),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8", MAPPED, ["non-standard"]),
        ("::ffff:10.0.0.5/104", "10.0.0.0/8", MAPPED, ["ambiguous", "non-standard"]),
        ("::ffff:1.1.1.0/24", "::/24", MAPPED, ["ambiguous", "non-standard"]),
        ("::ffff:010.0.0.1/128", "10.0.0.1/32", ZEROS, ["non-standard"]),
        ("00001::/16", "1::/16", ZEROS, ["non-standard"]),
        ("0001::/16", "1::/16", "", ["canonical"]),
        ("FE80::/10", "fe80::/10", "", ["canonical"]),
    ],
)
def test_an_odd_cidr_is_taken_with_a_warning_or_refused_by_version(
    text: str, network: str, strict: str, warned: list[str]
) -> None:
    read = read_cidr(text)
    assert read is not None
    assert str(read.network) == network
    assert cidr_faults(text, OLD) == []
    assert cidr_faults(text, NEW) == ([f'Invalid value: "{text}": {strict}'] if strict else [])
    found = cidr_warnings(text, OLD)
    assert len(found) == len(warned)
    assert all(word in message for word, message in zip(warned, found, strict=True))
    assert cidr_warnings(text, NEW) == ([] if strict else found)


def test_a_host_in_a_mapped_range_is_shown_as_the_ipv4_address() -> None:
    assert (
        '(should be "10.0.0.0/8" or "10.0.0.5/128"?)'
        in cidr_warnings("::ffff:10.0.0.5/104", OLD)[0]
    )


@pytest.mark.parametrize(
    "text",
    ["", "10.0.0.0", "10.0.0/8", "10.0.0.0/", "10.0.0.0/33", "1.2.3.4/0100", "10.0.0.0/8 ",
     "10.0.0.0/-1", "10.0.0.0/255.0.0.0", "fe80::1%eth0/64", "::/129", "1::2::3/64",
     "\u0661.0.0.0/8", "10.0.0.0/\u0668"],
)  # fmt: skip
def test_what_is_no_cidr_is_refused_by_every_version(text: str) -> None:
    assert read_cidr(text) is None
    assert "must be a valid CIDR value" in cidr_faults(text, OLD)[0]
    assert cidr_faults(text, NEW) == cidr_faults(text, OLD)
    assert cidr_warnings(text, OLD) == []


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        ("10.1.0.0/16", "10.0.0.0/8", True),
        ("10.0.0.0/8", "10.0.0.0/8", False),
        ("10.0.0.0/8", "10.0.0.0/16", False),
        ("11.0.0.0/16", "10.0.0.0/8", False),
        ("fd00::/64", "0.0.0.0/0", False),
        ("10.0.0.0/8", "::/0", False),
        ("fd00::/64", "::/0", True),
        ("10.1.0.0/16", "::ffff:10.0.0.0/104", False),
        ("::ffff:10.1.0.0/112", "10.0.0.0/8", True),
    ],
)
def test_an_exception_must_lie_inside_as_the_api_server_counts(
    inner: str, outer: str, inside: bool
) -> None:
    a, b = read_cidr(inner), read_cidr(outer)
    assert a is not None
    assert b is not None
    assert is_inside(a, b) is inside
