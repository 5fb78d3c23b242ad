"""What the front and a worker say to each other: frames of a kind, a length and so many bytes.

Part of the endpoint, below both. What comes from a worker is read as from a stranger: numbers and JSON, never pickles.

>>> reader = Frames()
>>> list(reader.read(frame(MORE, b"abc") + frame(END, b"")[:3])), list(reader.read(frame(END, b"")[3:]))
([(3, b'abc')], [(4, b'')])
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = [
    "ANSWER",
    "BEGIN",
    "COMPRESSED",
    "END",
    "FAILED",
    "GRAPH",
    "HELLO",
    "LAST",
    "MORE",
    "VOLATILE",
    "Frames",
    "frame",
]

#: From a worker: its process id when it is ready; a whole answer; an answer in parts; why there is none.
HELLO, ANSWER, BEGIN, MORE, END, FAILED = 0, 1, 2, 3, 4, 5

#: Bits of the first byte of ANSWER, BEGIN, END and FAILED: the answer is triples, is compressed as was asked, may be
#: another one the next time; and the worker ends now.
GRAPH, COMPRESSED, VOLATILE, LAST = 1, 2, 4, 8

HEAD = struct.Struct("!BI")
#: More than any frame has: a worker that says otherwise has lost its mind.
LONGEST = 1 << 24


def frame(kind: int, payload: bytes) -> bytes:
    """Return a frame."""
    return HEAD.pack(kind, len(payload)) + payload


class Frames:
    """Takes bytes as they come, and gives the frames that are complete."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def read(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (kind, payload) of each frame that is complete with these bytes.

        Raises:
            ValueError: a length that no frame has.
        """
        if self._rest:
            data = self._rest + data
            self._rest = b""
        at, size = 0, len(data)
        while size - at >= HEAD.size:
            kind, length = HEAD.unpack_from(data, at)
            if length > LONGEST:
                raise ValueError(f"a frame of {length} bytes")
            end = at + HEAD.size + length
            if end > size:
                break
            yield kind, data[at + HEAD.size : end]
            at = end
        if at < size:
            self._rest = data[at:]
