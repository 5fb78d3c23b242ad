"""The folder of entries: ``data/<kind>/<slug>.yaml``, ``people.yaml`` and what the importers write.

First step of the build: ``data/**/*.yaml`` and the link tables → :class:`ClaimGraph`. Every scalar is read as text, so
that the context and not the YAML parser gives the datatype (``1.10`` and ``no`` stay what they are). What JSON-LD would
drop in silence (unknown keys, empty values, IRIs with blanks) is a finding with its line here.

>>> from itgraph.ontology import load
>>> from itgraph.resources import data_dir
>>> entries = read_entries(data_dir(), load().context)
>>> entries.findings
[]
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from itgraph.claims import ClaimGraph, Entries, Vocabulary
from itgraph.entry_files import read_file
from itgraph.errors import Finding, InputError
from itgraph.link_tables import ENDING as TABLE
from itgraph.link_tables import FOLDER as LINKS
from itgraph.link_tables import read_link_tables

__all__ = ["FOLDERS", "read_entries"]

#: Folder below ``data/`` → kind in ids. People share one file.
FOLDERS = {
    "models": "model",
    "datasets": "dataset",
    "papers": "paper",
    "benchmarks": "benchmark",
    "techniques": "technique",
    "organizations": "organization",
}
PEOPLE = "people.yaml"
ENTRY = ".yaml"
#: What else may stand there: words about the folder.
BESIDE = ".md"


def read_entries(data: Path, context: Mapping[str, Any]) -> Entries:
    """Read every entry file below ``data``; what is wrong is collected, never raised one by one.

    Raises:
        InputError: there is no such folder, it or one below it cannot be listed, or no entry file is in it.
    """
    if not data.is_dir():
        raise InputError("no such folder", hint="name the folder of the entries with --data", path=data)
    entries = Entries()
    paths = list(entry_paths(data, entries))
    if not paths:
        hint = "name the folder of the entries with --data"
        raise InputError(f"no entry file (*{ENTRY}) below it", hint=hint, path=data)
    vocabulary = Vocabulary(context)
    stated: dict[str, ClaimGraph] = {}
    for path in paths:
        for graph in read_file(path, vocabulary, entries.findings):
            entries.findings.extend(misplaced(graph, path.relative_to(data)))
            if (first := stated.get(graph.id)) is not None:
                message = f"graph {graph.id} is given twice: first in {first.path}:{first.line}"
                entries.findings.append(Finding(graph.path, graph.line, message, "join the two lists of claims"))
            stated.setdefault(graph.id, graph)
            entries.graphs.append(graph)
    entries.graphs.extend(read_link_tables(data / LINKS, entries.findings))
    return entries


def entry_paths(data: Path, entries: Entries) -> Iterator[Path]:
    """Yield the entry files in order; note each file that looks like one and would be passed over."""

    def refuse(error: OSError) -> NoReturn:
        raise InputError(f"cannot be listed: {error.strerror}", hint="look at its permissions", path=error.filename)

    found = [Path(folder, name) for folder, _, names in os.walk(data, onerror=refuse) for name in names]
    for path in sorted(found):
        if path.name.startswith(".") or path.suffix == BESIDE:
            continue
        if path.parent == data / LINKS and path.name.endswith(TABLE):
            continue
        if path.suffix == ENTRY:
            yield path
        else:
            hint = f"entry files end in {ENTRY}, tables in {LINKS}/ in {TABLE}; take anything else out of this folder"
            entries.findings.append(Finding(str(path), 1, "this file is not read", hint))


def misplaced(graph: ClaimGraph, relative: Path) -> Iterator[Finding]:
    """Yield what does not fit between a graph's name, the file it stands in and the ids it speaks of."""
    folder, parts = relative.parts[0], graph.id.split("/")
    if len(relative.parts) > 2:
        yield Finding(graph.path, graph.line, "an entry file this deep is not read", f"move it up into {folder}/")
        return
    if relative.name == PEOPLE and len(relative.parts) == 1:
        expected = [f"{kind}/person/{parts[2] if len(parts) > 2 else ''}" for kind in ("registry", "curation")]
    elif folder in FOLDERS:
        expected = [f"{kind}/{FOLDERS[folder]}/{relative.stem}" for kind in ("registry", "curation")]
    elif folder == "survey":
        expected = ["survey", "curation/survey"]
    else:
        known = ", ".join([*FOLDERS, "survey"])
        yield Finding(graph.path, graph.line, f"no entries are kept in {relative}", f"the folders are {known}")
        return
    if not any(graph.id == name or graph.id.startswith(f"{name}/") for name in expected):
        hint = f"here stand {' and '.join(expected)}, or these with /<number>: rename the file or the graph"
        yield Finding(graph.path, graph.line, f"graph {graph.id} does not belong in this file", hint)
    elif parts[0] == "registry":
        for node in graph.says:
            if node.id != "/".join(parts[1:]):
                message = f"the registry entry {graph.id} speaks of {node.id}"
                yield Finding(
                    graph.path, node.line, message, "move it to an entry of its own, or into a curation graph"
                )
