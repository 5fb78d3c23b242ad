"""Parts of answers that wait for clients to take them: a little in memory, more in a file that has no name.

Part of the endpoint, below ``exchange``. A worker is not kept by a slow client: what it computes is taken at once and
waits here, up to a number of bytes for all clients together.

>>> spool = Spool(Room(1 << 20))
>>> spool.put(b"one"), spool.put(b"two"), spool.take(), spool.take(), spool.take()
(None, None, b'one', b'two', b'')
"""

from __future__ import annotations

import tempfile
from collections import deque
from typing import IO

__all__ = ["Room", "Spool"]

#: What one spool keeps in memory, and reads from its file at a time.
IN_MEMORY, PART = 1 << 19, 1 << 16


class Room:
    """The bytes that all spools together may hold, and do hold."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0


class Spool:
    """Bytes, first in, first out."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._parts: deque[bytes] = deque()
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._read_to = self._written_to = 0

    def __len__(self) -> int:
        return self._in_memory + self._written_to - self._read_to

    @property
    def is_crowded(self) -> bool:
        """Whether something waits here and all the room is taken."""
        return self._room.taken >= self._room.most and len(self) > 0

    def put(self, part: bytes) -> None:
        """Add to the end.

        Raises:
            OSError: the disk is full.
        """
        if self._file is None and self._in_memory + len(part) <= IN_MEMORY:
            self._parts.append(part)
            self._in_memory += len(part)
        else:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="itgraph-answer-")  # noqa: SIM115 - it outlives the call
            self._file.seek(self._written_to)
            self._file.write(part)
            self._written_to += len(part)
        self._room.taken += len(part)

    def take(self) -> bytes:
        """Return some bytes from the beginning, none where there are none."""
        if self._parts:
            part = self._parts.popleft()
            self._in_memory -= len(part)
        elif self._file is not None:
            self._file.seek(self._read_to)
            part = self._file.read(min(PART, self._written_to - self._read_to))
            self._read_to += len(part)
            if self._read_to == self._written_to:
                self._file.close()
                self._file = None
                self._read_to = self._written_to = 0
        else:
            return b""
        self._room.taken -= len(part)
        return part

    def close(self) -> None:
        """Forget what is left."""
        self._room.taken -= len(self)
        self._parts.clear()
        self._in_memory = self._read_to = self._written_to = 0
        if self._file is not None:
            self._file.close()
            self._file = None
