r"""Where a worker writes an answer to: counted, compressed, cut into frames, sent to the front.

Part of the endpoint, below ``evaluation``. To the engine's writers it is a file. Up to 64 KiB are kept back, so that
what fails early has a status of its own, and what is small goes out whole.

>>> rows = Rows("csv")
>>> rows.count(b'x\r\n"two\r\n'), rows.count(b'lines"\r\nthree\r\n')
(0, 2)
"""

from __future__ import annotations

import gzip
import re
import socket
import sys
import zlib

from itgraph.endpoint import frames
from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import Problem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["LEAST_COMPRESSED", "Output", "Rows", "compressed", "too_large"]

#: What is sent at a time, and kept back at first.
CHUNK = 1 << 16
#: Smaller answers are not worth compressing: they fit into one packet as they are.
LEAST_COMPRESSED = 1400

HARD_ZSTD, HARD_GZIP = 12, 9

#: Where a row begins behind another, by format. In JSON a quote or brace of a text is never followed like this: its
#: quotes are escaped, and behind its own end stand ``,`` or ``}``. In CSV the quotes are counted apart.
ROWS = {
    "json": re.compile(rb'\},\{(?="[^,}\]]|\})'),
    "xml": re.compile(rb"<result>"),
    "csv": re.compile(rb"\r\n"),
    "tsv": re.compile(rb"\n"),
}
#: How many rows stand in the bytes beside those that are found: JSON has no mark before the first, and the tables have
#: a header.
BESIDE = {"json": 1, "xml": 0, "csv": -1, "tsv": -1}
#: The longest mark of a row, less one: it may stand across two chunks.
OVERLAP = 7


class Output:
    """Where an answer is written to, as to a file: counted, compressed, cut into frames and sent.

    Nothing is sent before more than a chunk is there, or before :meth:`close`.
    """

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._plain = bytearray()
        self._packed = bytearray()
        self._flags = 0
        self._compressor: zstd.ZstdCompressor | GzipCompressor | None = None
        self._encoding: str | None = None
        self._form = ""
        self._rows: Rows | None = None
        self._bytes = 0
        self._streaming = False
        self._sent = False
        self._failure: bytes | None = None

    def begin(self, form: str, encoding: str | None, *, graph: bool, volatile: bool) -> None:
        """Say what will be written, and whether it may be something else the next time."""
        self._flags = (frames.GRAPH if graph else 0) | (frames.VOLATILE if volatile else 0)
        self._encoding = encoding
        self._form = form

    def write(self, data: bytes) -> int:
        """Take a part of the answer.

        Raises:
            Problem: with it, the answer is larger than it may be.
        """
        self._plain += data
        self._bytes += len(data)
        if len(self._plain) >= CHUNK:
            self._check(whole=False)
            self._pack(self._plain)
            self._plain = bytearray()
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is kept back is kept back on purpose."""

    def fail(self, problem: Problem) -> None:
        """Tell the front that there is no answer, or no end of the one that has begun."""
        self._failure = problem.packed()

    def close(self, last: bool) -> None:
        """Send what is left. ``last`` tells that this worker takes no other query."""
        if self._failure is None:
            try:
                self._check(whole=not self._streaming)
            except Problem as problem:
                self.fail(problem)
        flags = self._flags | (frames.LAST if last else 0)
        if self._failure is not None:
            self._send(frames.FAILED, flags, self._failure)
        elif self._streaming:
            self._pack(self._plain)
            if self._compressor is not None:
                self._packed += self._compressor.flush()
            self._flush(0)
            self._send(frames.END, flags, b"")
        else:
            body: bytes = bytes(self._plain)
            if self._encoding is not None and len(body) >= LEAST_COMPRESSED:
                body = compressed(body, self._encoding)
                flags |= frames.COMPRESSED
            self._send(frames.ANSWER, flags, body)

    def _check(self, *, whole: bool) -> None:
        if self._bytes > self._limits.max_bytes:
            raise too_large("max_bytes", f"more than {self._limits.max_bytes:,} bytes")
        if self._form not in ROWS:
            return
        if self._rows is None:
            # No row is shorter than a byte: what is whole and short needs no counting.
            if whole and self._bytes <= self._limits.max_rows:
                return
            self._rows = Rows(self._form)
        if self._rows.count(self._plain) > self._limits.max_rows:
            raise too_large("max_rows", f"more than {self._limits.max_rows:,} rows")

    def _pack(self, data: bytearray) -> None:
        if not self._streaming:
            self._streaming = True
            if self._encoding is not None:
                self._compressor = zstd.ZstdCompressor() if self._encoding == "zstd" else GzipCompressor()
                self._flags |= frames.COMPRESSED
        self._packed += data if self._compressor is None else self._compressor.compress(data)

    def _flush(self, least: int = CHUNK) -> None:
        if len(self._packed) < least:
            return
        if self._sent:
            self._send(frames.MORE, None, self._packed)
        else:
            self._send(frames.BEGIN, self._flags, self._packed)
        self._packed = bytearray()
        self._sent = True

    def _send(self, kind: int, flags: int | None, payload: bytes | bytearray) -> None:
        head = b"" if flags is None else bytes((flags,))
        self._connection.sendall(frames.frame(kind, head + payload))


def compressed(body: bytes, encoding: str, *, hard: bool = False) -> bytes:
    """Return the body compressed by zstd or gzip; ``hard`` takes its time, for what is kept and sent many times."""
    if encoding == "zstd":
        return zstd.compress(body, HARD_ZSTD if hard else None)
    return gzip.compress(body, HARD_GZIP if hard else 6, mtime=0)


class GzipCompressor:
    """A compressor of gzip streams (RFC 1952) with the interface of the one of zstd."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def compress(self, data: bytearray) -> bytes:
        """Return what can be sent already."""
        return self._compressor.compress(data)

    def flush(self) -> bytes:
        """Return the rest."""
        return self._compressor.flush()


class Rows:
    """Counts the rows in the bytes of an answer as they come; the engine that writes them does not tell.

    It may count a row too many where the query itself makes a text like ``},{}``, and never one too few.
    """

    def __init__(self, form: str) -> None:
        self._form = form
        self._mark = ROWS[form]
        self._rest = b""
        self._quoted = False
        self._found = BESIDE[form]

    def count(self, data: bytes | bytearray) -> int:
        """Return how many rows there are up to here."""
        if self._form == "csv":
            data = self._unquoted(bytes(data))
        joined = self._rest + data
        last = 0
        for mark in self._mark.finditer(joined):
            self._found += 1
            last = mark.end()
        self._rest = bytes(joined[max(last, len(joined) - OVERLAP) :])
        return self._found

    def _unquoted(self, data: bytes) -> bytes:
        """Return what stands outside of quotes; a quote within quotes is written twice, and so changes nothing."""
        parts = data.split(b'"')
        outside = b"".join(parts[1 if self._quoted else 0 :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return outside


def too_large(limit: str, what: str) -> Problem:
    """Return what a client is told of an answer that is larger than ``limit`` allows."""
    hint = "ask for less, with LIMIT, or take the dump"
    return Problem(422, "answer-too-large", f"the answer has {what}", hint=hint, limit=limit)
