"""YAML as a tree of nodes with lines, from files that may hold anything: the one place that calls libyaml.

Build side, below the reader of entries. libyaml's composer keeps the lines and takes a sixth of the time of a
round-trip parser; what it cannot stand (deep nesting ends the process) is found first, by its event parser.

>>> import tempfile
>>> with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
...     _ = file.write("- {id: model/alpaca}") and file.flush()
...     compose(Path(file.name)).value[0].value[0][1].value
'model/alpaca'
"""

from __future__ import annotations

from pathlib import Path

import yaml

from itgraph.errors import InputError

__all__ = ["DEEPEST", "compose"]

#: Entries nest five deep; the composer stands some thousands.
DEEPEST = 50
TOO_DEEP, SHALLOW = "nested too deep", "an entry nests five deep"


def compose(path: Path) -> yaml.Node | None:
    """Return the node tree of a YAML file, or None for a file without content.

    Raises:
        InputError: not a regular file, not to be opened, not UTF-8, not YAML, or nested too deep; with the line.
    """
    text = read_text(path)
    try:
        if (line := too_deep(text)) is not None:
            raise InputError(TOO_DEEP, hint=SHALLOW, path=path, line=line)
        return yaml.compose(text, Loader=yaml.CLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
        # PyYAML 6.0.4 has a bound of its own, and may reach it before ours.
        if "nesting depth" in (error.problem or ""):
            raise InputError(TOO_DEEP, hint=SHALLOW, path=path, line=line) from error
        reason = f"not YAML: {error.problem or error.context}"
        raise InputError(reason, hint="mend the syntax", path=path, line=line) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, int(getattr(error, "position", 0))) + 1
        raise InputError(f"not YAML: {str(error).splitlines()[0]}", hint="remove it", path=path, line=line) from error


def read_text(path: Path) -> str:
    if not path.is_file():
        raise InputError("not a regular file", hint="an entry file is a text file", path=path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", hint="look at its permissions", path=path) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the file as UTF-8", path=path, line=line) from error


def too_deep(text: str) -> int | None:
    """Return the line where the nesting passes what is allowed; None for the usual file, told at a glance."""
    if text.count("[") + text.count("{") < DEEPEST and " " * DEEPEST not in text and "- " * DEEPEST not in text:
        return None
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return event.start_mark.line + 1 if event.start_mark else 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None
