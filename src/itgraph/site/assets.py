"""The style, the scripts and the widgets: files that the front sends as they are, kept in memory, compressed once.

Part of the site. Their address holds a digest of them all, so that a browser may keep them for good. The widgets come
from npm at build time; where they were not built, the pages do without.

>>> assets = Assets.load()
>>> assets.files["site.css"].content_type, len(assets.digest)
('text/css; charset=utf-8', 12)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from itgraph.endpoint.output import compressed
from itgraph.resources import widgets_dir

__all__ = ["Asset", "Assets"]

STATIC = Path(__file__).resolve().parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """A file, and what it is. ``encoded`` gives it compressed."""

    body: bytes
    content_type: str

    @cached_property
    def _encoded(self) -> dict[str, bytes]:
        return {}

    def encoded(self, encoding: str | None) -> bytes:
        """Return the body as it is sent in an encoding, made once."""
        if encoding is None:
            return self.body
        if encoding not in self._encoded:
            self._encoded[encoding] = compressed(self.body, encoding, hard=True)
        return self._encoded[encoding]


@dataclass(frozen=True)
class Assets:
    """All files by name, the widgets below ``widgets/``; their digest; whether the widgets are among them."""

    files: Mapping[str, Asset]
    digest: str
    widgets: bool

    @classmethod
    def load(cls) -> Assets:
        """Read them all."""
        built = widgets_dir()
        places = {path.name: path for path in STATIC.iterdir()}
        if built is not None:
            places |= {f"widgets/{path.name}": path for path in built.iterdir()}
        files: dict[str, Asset] = {}
        hashed = blake2b(digest_size=6)
        for name, path in sorted(places.items()):
            if path.suffix in TYPES:
                files[name] = Asset(path.read_bytes(), TYPES[path.suffix])
                hashed.update(f"{name}\0{len(files[name].body)}\0".encode() + files[name].body)
        return cls(files, hashed.hexdigest(), built is not None)
