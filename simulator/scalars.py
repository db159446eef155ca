"""Plain YAML scalars as kubectl reads them.

kubectl (sigs.k8s.io/yaml, that is go-yaml v2) and PyYAML disagree on `y`, `1e3`, `0o17`, `12:30`
and dates; where they do, this module follows kubectl. Held against
../shared/apiserver/pyyaml_differences.jsonl and validation.jsonl.
"""

import math
import re
from functools import lru_cache

ScalarValue = str | int | float | bool | None

_WORDS: dict[str, ScalarValue] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES"), True),
    **dict.fromkeys(("true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO"), False),
    **dict.fromkeys(("false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGERS = (
    (re.compile(r"[-+]?0[xX][0-9a-fA-F]+"), 16),
    (re.compile(r"[-+]?0[bB][01]+"), 2),
    (re.compile(r"[-+]?0[oO][0-7]+"), 8),
    (re.compile(r"[-+]?0[0-7]*"), 8),
    (re.compile(r"[-+]?[1-9][0-9]*"), 10),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMERIC = re.compile(r"[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9_:.]+([eE][-+]?[0-9]+)?)")
_NUMERIC_START = frozenset("+-.0123456789")
# Longer texts cannot be 64-bit integers; int() on them costs time, or raises above 4,300 digits.
_LONGEST_INTEGER = 70


def resolve(text: str) -> ScalarValue:
    """The value of a plain (unquoted, untagged) scalar: text, number, boolean or null."""
    return _resolve_word(text) if len(text) <= _LONGEST_WORD else _resolve(text)


# Manifests say few words many times over; long texts are not worth the memory.
_LONGEST_WORD = 48


@lru_cache(maxsize=8192)
def _resolve_word(text: str) -> ScalarValue:
    return _resolve(text)


def _resolve(text: str) -> ScalarValue:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    found = _float(text) if text[0] == "." else _number(text.replace("_", ""))
    # go-yaml drops underscores to see whether a number is left; a text keeps its own.
    return text if isinstance(found, str) else found


def looks_numeric(text: str) -> bool:
    """Whether a plain scalar is made as a number is (base 60 too): such texts have a limit."""
    return _NUMERIC.fullmatch(text) is not None


def _number(digits: str) -> ScalarValue:
    integer = _integer(digits)
    return _float(digits) if integer is None else integer


def _integer(digits: str) -> int | None:
    if len(digits) > _LONGEST_INTEGER:
        return None
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(digits):
            value = int(digits.replace("0o", "").replace("0O", "") if base == 8 else digits, base)
            return value if -(2**63) <= value < 2**64 else None
    return None


def _float(digits: str) -> float | str:
    if not _FLOAT.fullmatch(digits):
        return digits
    value = float(digits)
    return digits if math.isinf(value) else value
