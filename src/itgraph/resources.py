"""Where the ontology, the data, the queries, the release and the widgets are: in a checkout, or in the installed wheel.

Ground floor: imports nothing of ours. People edit these folders at the top of the repository; the wheel carries a
copy below the package (``hatch_build.py`` puts it there), so that an installed itgraph needs no checkout.

>>> (ontology_dir() / "context.jsonld").name
'context.jsonld'
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["checkout", "data_dir", "ontology_dir", "queries_dir", "release_dirs", "widgets_dir"]

PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """Return the top of the checkout that this package runs from, or None where it is installed."""
    top = PACKAGE.parent.parent
    return top if (top / "ontology" / "context.jsonld").is_file() and (top / "pyproject.toml").is_file() else None


def folder(name: str) -> Path:
    top = checkout()
    return top / name if top is not None else PACKAGE / "_resources" / name


def ontology_dir() -> Path:
    """Return the folder of the ontology, context, shapes, concepts and rules."""
    return folder("ontology")


def data_dir() -> Path:
    """Return the folder of the entries."""
    return folder("data")


def queries_dir() -> Path:
    """Return the folder of the saved queries."""
    return folder("queries")


def release_dirs() -> list[Path]:
    """Return where a release is looked for, in order: the checkout's ``build/``, else the one in the wheel."""
    top = checkout()
    return [top / "build"] if top is not None else [PACKAGE / "_resources" / "release"]


def widgets_dir() -> Path | None:
    """Return the folder of the JavaScript that the web pages take from others, or None where it was not built."""
    top = checkout()
    made = top / "build" / "widgets" if top is not None else folder("widgets")
    return made if made.is_dir() else None
