"""Answers that have been given, kept for who asks the same again: bounded by bytes, the least recently used goes first.

Part of the endpoint, below ``service``. The key of an answer is its entity tag, made of the release, the query, the
dataset, the formats and the encoding; so a new release needs no emptying, and has one all the same.

>>> cache = Cache(8000)
>>> for key in (b"a", b"b", b"c", b"d", b"e"):
...     cache.put(key, Reply(200, (), key * 1000))
>>> cache.get(b"a") is None, cache.get(b"e").body[:3]
(True, b'eee')
"""

from __future__ import annotations

import http
from collections import OrderedDict
from functools import lru_cache

__all__ = ["Cache", "Headers", "Reply", "head_of"]

Headers = tuple[tuple[bytes, bytes], ...]

STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in http.HTTPStatus}
#: What an entry takes beside the bytes that are counted.
OVERHEAD = 600
#: The share of the cache that one answer may take.
LARGEST = 8


class Reply:
    """A response that is complete: status, headers, body. ``head`` has the headers as they are sent, but the date."""

    __slots__ = ("body", "head", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes = b"") -> None:
        self.status = status
        self.body = body
        bodiless = status in (204, 304)
        self.headers = headers if bodiless else (*headers, (b"content-length", b"%d" % len(body)))
        self.head = head_of(status, self.headers)


def head_of(status: int, headers: Headers) -> bytes:
    """Return status line and headers as they are sent."""
    return b"".join([STATUS_LINES[status], *map(line, headers)])


@lru_cache(maxsize=512)
def line(header: tuple[bytes, bytes]) -> bytes:
    """Return a header as it is sent; most are those of every answer."""
    return b"%b: %b\r\n" % header


class Cache:
    """Replies by key."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._replies: OrderedDict[bytes, Reply] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._replies)

    @property
    def largest(self) -> int:
        """How many bytes an answer may have to be kept."""
        return self._most // LARGEST

    def get(self, key: bytes) -> Reply | None:
        """Return the reply of the key, which is now the most recently used."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: bytes, reply: Reply) -> None:
        """Keep a reply, if it is not too large, and forget others until there is room."""
        if len(reply.body) > self.largest or key in self._replies:
            return
        self._replies[key] = reply
        self.bytes += cost(reply)
        while self.bytes > self._most:
            _, forgotten = self._replies.popitem(last=False)
            self.bytes -= cost(forgotten)

    def clear(self) -> None:
        """Forget all."""
        self._replies.clear()
        self.bytes = 0


def cost(reply: Reply) -> int:
    return len(reply.body) + 2 * len(reply.head) + OVERHEAD
