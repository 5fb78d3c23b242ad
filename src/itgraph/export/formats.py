"""The forms of an export by name: which files they are for, what they can hold, and who writes them.

Serve side, above the writers.

>>> format_of("llama.ttl.gz"), format_of("tables.zip"), format_of("/dev/null")
('turtle', 'csv', None)
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from itgraph.errors import UsageError
from itgraph.export.bibtex import as_bibtex
from itgraph.export.jsonld import write_framed, write_jsonld
from itgraph.export.network import Network, network_of, whole_network, write_dot, write_graphml
from itgraph.export.rdfxml import write_rdfxml
from itgraph.export.selection import Selected
from itgraph.export.tables import write_tables, zip_folder
from itgraph.export.turtle import write_trig, write_turtle
from itgraph.lineage import Via
from itgraph.lineage_format import as_dot

__all__ = ["ALWAYS", "ASKED", "FORMATS", "NEVER", "TABLES", "Format", "Options", "format_of"]

#: What to do where tables were to be one file.
TABLES = "tables go into a folder or a .zip: say --format csv -o tables, or -o tables.zip"

#: How a form stands to named graphs: it never has them, has them where they are asked for, or always.
NEVER, ASKED, ALWAYS = "never", "asked", "always"


@dataclass(frozen=True)
class Options:
    """``inline``: JSON-LD carries its context, else the address of it. ``safe``: no cell of a table is a formula."""

    inline: bool = True
    safe: bool = False


Writer: TypeAlias = Callable[[Selected, Options, BinaryIO], object]


@dataclass(frozen=True)
class Format:
    """A form. ``rdf`` tells the syntaxes of RDF from the others, which cannot hold just any graph.

    One without suffixes is asked for by its name alone. ``of_graph`` tells that it is for one graph and nothing else.
    """

    suffixes: tuple[str, ...]
    write: Writer
    graphs: str = NEVER
    rdf: bool = True
    of_graph: bool = False


def jsonld(selected: Selected, options: Options, out: BinaryIO) -> None:
    if selected.wanted.all_graphs:
        write_jsonld(selected.lines(), selected.base, out, with_graphs=True, inline=options.inline)
    elif selected.wanted.entity is not None and selected.root is not None:
        write_framed(selected.triples(), selected.base, selected.root.iri, out, inline=options.inline)
    else:
        write_jsonld(selected.triples(), selected.base, out, inline=options.inline)


def tables(selected: Selected, options: Options, out: BinaryIO) -> None:
    with tempfile.TemporaryDirectory(prefix="itgraph-") as folder:
        write_tables(selected, Path(folder), safe=options.safe)
        zip_folder(Path(folder), out)


def mapping_set(selected: Selected, _: Options, out: BinaryIO) -> None:
    from itgraph.export.mapping_set import write_mapping_set

    write_mapping_set(selected.triples(), selected.base, out)


def linkset(selected: Selected, _: Options, out: BinaryIO) -> None:
    # What knows the places takes as long to load as all the rest.
    from itgraph.export.linkset import write_linkset

    write_linkset(selected.lines, selected.base, out)


def network(selected: Selected) -> Network:
    if selected.lineage is not None:
        return network_of(selected.lineage)
    return whole_network(selected.lines, selected.base, selected.wanted.via or Via.ALL)


def dot(selected: Selected, _: Options, out: BinaryIO) -> None:
    if selected.lineage is not None:
        out.write(as_dot(selected.lineage).encode())
    else:
        write_dot(network(selected), out)


FORMATS = {
    "turtle": Format((".ttl",), lambda selected, _, out: write_turtle(selected.triples(), selected.base, out)),
    "trig": Format((".trig",), lambda selected, _, out: write_trig(selected.lines(), selected.base, out), ALWAYS),
    "ntriples": Format((".nt",), lambda selected, _, out: out.writelines(selected.triples())),
    "nquads": Format((".nq",), lambda selected, _, out: out.writelines(selected.lines()), ALWAYS),
    "rdfxml": Format((".rdf", ".xml"), lambda selected, _, out: write_rdfxml(selected.triples(), selected.base, out)),
    "jsonld": Format((".jsonld", ".json"), jsonld, ASKED),
    "linkset": Format((), linkset, rdf=False),
    "sssom": Format((".tsv",), mapping_set, rdf=False, of_graph=True),
    "csv": Format((".zip",), tables, rdf=False),
    "graphml": Format((".graphml",), lambda selected, _, out: write_graphml(network(selected), out), rdf=False),
    "dot": Format((".dot", ".gv"), dot, rdf=False),
    "bibtex": Format((".bib",), lambda selected, _, out: out.write(as_bibtex(selected).encode()), rdf=False),
}


def format_of(name: str) -> str | None:
    """Return the form that a file name asks for, ``.gz`` apart; None for a name without an ending.

    Raises:
        UsageError: the ending is that of no form; names those that are.
    """
    suffix = Path(name.removesuffix(".gz")).suffix.lower()
    form = next((form for form, format_ in FORMATS.items() if suffix in format_.suffixes), None)
    if suffix == ".csv":
        raise UsageError(f"{name}: tables are several files", hint=TABLES)
    if suffix and form is None:
        known = ", ".join(suffix for format_ in FORMATS.values() for suffix in format_.suffixes)
        raise UsageError(f"{name}: no format ends in {suffix}", hint=f"choose one of {known}, or say --format")
    return form
