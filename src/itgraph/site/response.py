"""What a page is asked for by, and what it answers with: plain data that goes between the front and a worker.

Part of the site, at its bottom.

>>> Request("/model", "year=2023&sort=label", "html").fields
(('year', '2023'), ('sort', 'label'))
>>> Page.of_bytes(Page(b"<p>", headers=(("link", "</>; rel=up"),)).as_bytes()).headers
(('link', '</>; rel=up'),)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

__all__ = ["HTML", "JSON", "Page", "Request"]

HTML = "text/html; charset=utf-8"
JSON = "application/json"

#: The headers that a page may set. A worker is not trusted with others.
SETTABLE = frozenset({"content-disposition", "link", "location"})
#: More fields than any form of ours has.
MOST_FIELDS = 100


@dataclass(frozen=True)
class Request:
    """What is asked for: the path below the root of the site, the query string, the format that is liked best.

    ``form`` is ``html``, or a format of RDF or of tables (``ttl``, ``json``, ``csv``, …), as the Accept header has it;
    an ending of the path goes before it.
    """

    path: str
    query_string: str = ""
    form: str = "html"

    @cached_property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The fields of the query string, in their order, those without a value left out."""
        try:
            return tuple(parse_qsl(self.query_string, max_num_fields=MOST_FIELDS))
        except ValueError:
            return ()

    def field(self, name: str, default: str = "") -> str:
        """Return the first value of a field, stripped of the spaces around it."""
        return next((value.strip() for key, value in self.fields if key == name), default)

    def values(self, name: str) -> list[str]:
        """Return all values of a field."""
        return [value.strip() for key, value in self.fields if key == name]


@dataclass(frozen=True)
class Page:
    """An answer: a body of a type, with a status and some headers. A volatile one may be another the next time.

    ``vary`` tells whether the Accept header decided what it is, ``encoding`` how the body is compressed.
    """

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    volatile: bool = False
    vary: bool = False
    encoding: str | None = None

    def as_bytes(self) -> bytes:
        """Return it for the way to another process: a line of JSON, then the body."""
        told = {
            "type": self.content_type,
            "status": self.status,
            "headers": self.headers,
            "volatile": self.volatile,
            "vary": self.vary,
            "encoding": self.encoding,
        }
        return json.dumps(told).encode() + b"\n" + self.body

    @classmethod
    def of_bytes(cls, packed: bytes) -> Page:
        """Return what :meth:`as_bytes` wrote.

        Raises:
            ValueError: it is no page, or one with a header that pages do not set.
        """
        line, _, body = packed.partition(b"\n")
        told = json.loads(line)
        if not isinstance(told, Mapping):
            raise ValueError("no page")
        headers = tuple((str(name), str(value)) for name, value in told["headers"])
        for name, value in (*headers, ("link", str(told["type"]))):
            if name not in SETTABLE or not (value.isprintable() and value.isascii()):
                raise ValueError(f"no header of a page: {name}")
        volatile, vary, encoding = bool(told["volatile"]), bool(told["vary"]), told["encoding"]
        if encoding not in (None, "gzip", "zstd"):
            raise ValueError("no encoding of a page")
        return cls(body, str(told["type"]), int(told["status"]), headers, volatile, vary, encoding)
