"""Log lines."""

import json
import logging

from netpol_lab.common.logs import LineFormatter


def record(message: str, *, fault: BaseException | None = None) -> logging.LogRecord:
    exc_info = (type(fault), fault, fault.__traceback__) if fault else None
    return logging.LogRecord("lab", logging.ERROR, __file__, 1, message, (), exc_info)


def test_an_event_is_one_line_whatever_it_holds() -> None:
    line = LineFormatter().format(record("first\nsecond \x1b[31m red"))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == "first\nsecond \x1b[31m red"


def test_a_traceback_stays_in_the_line() -> None:
    try:
        raise ValueError("a fault")
    except ValueError as fault:
        line = LineFormatter().format(record("broken", fault=fault))
    assert "\n" not in line
    assert json.loads(line)["traceback"].endswith("ValueError: a fault")
