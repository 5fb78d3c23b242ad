"""``itgraph export``: a release, or a part of it, as a file.

Example: ``itgraph export --lineage model/llama --down -o llama.ttl.gz``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import format_option, release_option, verbose_option
from itgraph.cli.output import interruptible
from itgraph.errors import UsageError

__all__ = ["export"]

FORMATS = (
    "turtle",
    "trig",
    "ntriples",
    "nquads",
    "rdfxml",
    "jsonld",
    "linkset",
    "sssom",
    "csv",
    "graphml",
    "dot",
    "bibtex",
)


@click.command()
@format_option(FORMATS, None, "How to write it: what the name of the file asks for by default, else turtle")
@click.option("-o", "--out", metavar="FILE|-", help="Write to this file (.gz compresses it) instead of to stdout")
@click.option("--all-graphs", is_flag=True, help="Everything with its sources; trig and nquads always have them")
@click.option("--graph", metavar="ID", help="Only what this source says, such as survey/models/4")
@click.option("--entity", metavar="ENTITY", help="Only this entity; as jsonld in one tree")
@click.option("--lineage", metavar="ENTITY", help="Only the lineage of this entity")
@click.option("--up", is_flag=True, help="Lineage: what it is made from (default)")
@click.option("--down", is_flag=True, help="Lineage: what is made from it")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Lineage: stop after N hops")
@click.option(
    "--via",
    type=click.Choice(["weights", "data", "all"]),
    help="Lineage: which relations to follow; weights by default, all in graphml and dot of everything",
)
@click.option(
    "--context",
    type=click.Choice(["inline", "url"]),
    default="inline",
    show_default=True,
    help="In jsonld: carry the context, or name its address",
)
@click.option("--safe", is_flag=True, help="In csv: put ' before what a spreadsheet would take for a formula")
@release_option
@verbose_option
def export(
    form: str | None,
    out: str | None,
    all_graphs: bool,
    graph: str | None,
    entity: str | None,
    lineage: str | None,
    up: bool,
    down: bool,
    depth: int | None,
    via: str | None,
    context: str,
    safe: bool,
    release: str | None,
) -> None:
    """Write the release, or a part of it, to a file or to stdout.

    Without an option for the part, it is what we hold: every statement once, without those that a correction refutes.
    Tables (csv) are a folder with one file for each kind and a datapackage.json, or a .zip of it. BibTeX has the
    papers, those of an entity or a lineage where one is named. A linkset is the links to other places, in Turtle, with
    what VoID says of them; sssom is one of the tables of links, with the evidence of each row.

    \b
    Examples:
      itgraph export -o itgraph.ttl.gz
      itgraph export --format jsonld --entity model/alpaca
      itgraph export --lineage LLaMA --down -o llama.graphml
      itgraph export --format csv -o tables
      itgraph export --format bibtex -o papers.bib
      itgraph export --format linkset -o links.ttl
      itgraph export --graph links/wikidata -o wikidata.sssom.tsv
    """
    if up and down:
        raise click.UsageError("--up and --down: take one of them")
    with interruptible():
        from itgraph.export import Options, Selection, format_of, prepare
        from itgraph.lineage import Direction, Via

        if lineage is None and (up or down):
            raise UsageError("--up and --down are for a lineage", hint="name its start with --lineage")
        direction = Direction.DOWN if down else Direction.UP
        wanted = Selection(all_graphs, graph, entity, lineage, direction, Via(via) if via else None, depth)
        chosen = form or (format_of(out) if out is not None else None) or "turtle"
        found = prepare(release, chosen, wanted, Options(inline=context == "inline", safe=safe))
    if found.notice:
        click.echo(f"itgraph: {found.notice}", err=True)
    found.write(out)
