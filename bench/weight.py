#!/usr/bin/env python3
"""What a page weighs: its answer and all that it loads, compressed, from a site that is running.

    make run                                  (in another terminal)
    .venv/bin/python bench/weight.py [BASE] [PATH …]

Each answer is counted as gzip at level 9 would send it. What a script loads later by an address in
a data- attribute (the rich editor) can be done without: it is counted apart.
"""

import gzip
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin
from urllib.request import urlopen

PATHS = ("/lab/api-to-db/", "/sandbox/", "/me/", "/")


class Loaded(HTMLParser):
    """The addresses that a page's elements load: those that delay its painting, other ones, and
    those that a script loads later."""

    def __init__(self) -> None:
        super().__init__()
        self.blocking: set[str] = set()
        self.deferred: set[str] = set()
        self.optional: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a script's and a style sheet's address."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("src"):
            waits = "defer" in given or given.get("type") == "module"
            (self.deferred if waits else self.blocking).add(given["src"])
        if tag == "link" and given.get("rel") == "stylesheet":
            self.blocking.add(given["href"])
        for name, value in given.items():
            if tag == "script" and name.startswith("data-") and value.endswith((".js", ".css")):
                self.optional.add(value)


def size(address: str) -> tuple[int, str]:
    """Compressed size and text of an answer."""
    with urlopen(address) as answer:
        body: bytes = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
    return len(gzip.compress(body, 9)), body.decode("utf-8", "replace")


def main() -> None:
    """Print a line for each page."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    for path in sys.argv[2:] or PATHS:
        own, text = size(base + path)
        parser = Loaded()
        parser.feed(text)
        needed, later = (
            sum(size(urljoin(base + path, address))[0] for address in addresses)
            for addresses in (parser.blocking | parser.deferred, parser.optional)
        )
        print(f"{path}: {(own + needed) / 1000:.1f} kB, of which the page {own / 1000:.1f}", end="")
        print(f"; {len(parser.blocking)} further requests before the first paint", end="")
        print(f"; optional {later / 1000:.1f} kB")


if __name__ == "__main__":
    main()
