"""A release, or a part of it, as a file: RDF in six syntaxes, linksets, SSSOM, CSV tables, GraphML and DOT, BibTeX.

Serve side. ``selection`` says what, ``formats`` how, ``target`` where to. Statements come in the order of the dump, the
prefixes are always the same, and two exports of one release are the same bytes.

What the forms need in memory, for a release of any size: N-Triples, N-Quads, Turtle and RDF/XML a statement; JSON-LD a
subject; TriG, and JSON-LD with graphs, a run of statements to be sorted; linksets the ends of the links; SSSOM the rows
of one table; CSV the columns of its tables and the authorships; GraphML and DOT the ids of the models and data sets.
BibTeX asks a store, which holds the release, and so do an entity and a lineage, which are then in memory whole.

Example::

    prepare(None, "turtle", Selection(entity="LLaMA")).write("llama.ttl.gz")
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from itgraph.errors import UsageError
from itgraph.export.formats import FORMATS, NEVER, TABLES, Options, format_of
from itgraph.export.selection import Selected, Selection, select
from itgraph.export.tables import DESCRIPTOR, listed, write_tables
from itgraph.export.target import STDOUT, cannot_be_written, staged, target
from itgraph.lineage import Direction

__all__ = ["FORMATS", "Export", "Options", "Selection", "format_of", "prepare"]


@dataclass(frozen=True)
class Export:
    """What was found, ready to be written. ``notice`` is for the person who asked."""

    form: str
    selected: Selected
    options: Options

    @property
    def notice(self) -> str | None:
        """Say so where an entity was asked for by an id that it has replaced."""
        return None if self.selected.root is None else self.selected.root.notice

    def write(self, name: str | None = None) -> None:
        """Write to a file, or to stdout for None and ``-``; tables to a folder, a ``.zip``, or as such to ``-``.

        Raises:
            InputError: the place cannot be written; what stood there is as it was.
            UsageError: the form cannot hold what was found, or its name does not fit it.
        """
        if name == "":
            raise UsageError("the name of the file is empty", hint="name one with -o, or - for stdout")
        try:
            if self.form == "csv" and not (name == STDOUT or (name or "").endswith(".zip")):
                self.write_folder(name)
            else:
                with target(STDOUT if name is None else name) as out:
                    FORMATS[self.form].write(self.selected, self.options, out)
        except BrokenPipeError:
            raise
        except OSError as error:
            # The target names itself; what is left are the files on the way to it.
            raise cannot_be_written(name or STDOUT, error) from error

    def write_folder(self, name: str | None) -> None:
        """Write tables into a folder, which other files may share."""
        if name is None:
            raise UsageError("tables are several files", hint="name a folder or a .zip with -o, or - for the ZIP")
        if name.endswith(".gz"):
            raise UsageError("tables are several files", hint="name a .zip instead of a .gz with -o")
        if name.lower().endswith(".csv"):
            raise UsageError(f"{name}: tables are several files", hint=TABLES)
        with staged(name, DESCRIPTOR, listed) as folder:
            write_tables(self.selected, folder, safe=self.options.safe)


def prepare(
    release: str | os.PathLike[str] | None, form: str, wanted: Selection, options: Options | None = None
) -> Export:
    """Find what is to be exported; nothing is written yet.

    Args:
        release: the folder of the release; None finds it as the store does.
        form: one of ``FORMATS``.
        wanted: what to take.
        options: how to write it.

    Raises:
        UsageError: the form cannot hold what is wanted, or a name means nothing or several things.
        StoreError: there is no release, or it was cut off or changed after it was built.
    """
    options = options or Options()
    check(form, wanted, options)
    return Export(form, select(release, wanted, ask=form == "bibtex"), options)


def check(form: str, wanted: Selection, options: Options) -> None:
    """Refuse what does not go together.

    Raises:
        UsageError: says which two things, and what to ask for instead.
    """
    names = {"a graph": wanted.graph, "an entity": wanted.entity, "a lineage": wanted.lineage}
    given = [what for what, name in names.items() if name is not None]
    carry = ", ".join(name for name, format_ in FORMATS.items() if format_.graphs != NEVER)
    network = form in ("graphml", "dot")
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} are two exports", hint="ask for one of them")
    if wanted.all_graphs and FORMATS[form].graphs == NEVER:
        raise UsageError(f"{form} cannot hold several graphs", hint=f"choose one of {carry}")
    if wanted.all_graphs and wanted.graph is not None:
        raise UsageError("one graph and all graphs are two exports", hint="ask for one of them")
    if FORMATS[form].of_graph and wanted.graph is None:
        raise UsageError(f"{form} is for one mapping set", hint="name it, such as --graph links/wikidata")
    if not FORMATS[form].rdf and not FORMATS[form].of_graph and wanted.graph is not None:
        raise UsageError(f"{form} is not for one graph", hint="choose a syntax of RDF, such as trig")
    if network and wanted.entity is not None:
        raise UsageError(f"{form} is for a lineage", hint="ask for the lineage of the entity")
    if form == "linkset" and (wanted.entity is not None or wanted.lineage is not None):
        # The counts are those of the data set, under names that it has once.
        raise UsageError("linkset is for the whole release", hint="choose a syntax of RDF, such as turtle")
    if wanted.lineage is None and (wanted.direction is not Direction.UP or wanted.depth is not None):
        raise UsageError("a direction and a depth are those of a lineage", hint="name its start with --lineage")
    if wanted.lineage is None and wanted.via is not None and not network:
        raise UsageError("relations to follow are those of a lineage", hint="name its start with --lineage")
    if not options.inline and form != "jsonld":
        raise UsageError(f"{form} has no context", hint="choose jsonld")
    if options.safe and form != "csv":
        raise UsageError(f"{form} has no formulas", hint="choose csv")
