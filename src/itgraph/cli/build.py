"""``itgraph build``: the entries become a release.

Example: ``itgraph build --out build``.
"""

from __future__ import annotations

import click

from itgraph.cli.options import Folder, data_option, verbose_option
from itgraph.cli.output import put
from itgraph.namespaces import BASE

__all__ = ["build"]


@click.command()
@click.option(
    "--out", type=Folder(), metavar="DIR", help="Write the release to this folder, by default build/ of the checkout"
)
@data_option
@click.option("--base-iri", default=BASE, show_default=True, metavar="IRI", help="Put entities and graphs below it")
@click.option("--no-shacl", is_flag=True, help="Leave the SHACL shapes unchecked")
@click.option("--strict", is_flag=True, help="Count warnings as problems")
@verbose_option
def build(out: str | None, data: str | None, base_iri: str, no_shacl: bool, strict: bool) -> None:
    """Check the entries and write a release.

    A release is itgraph.nq, search.sqlite and manifest.json. It is published whole by one rename, and the one before
    it is kept for whoever is reading it. Nothing is written when a problem is found, and the same entries give the
    same bytes.

    \b
    Example:
      itgraph build --out build
    """
    from pathlib import Path

    from itgraph.build import build as make
    from itgraph.resources import checkout, data_dir

    target = Path(out) if out else (checkout() or Path()) / "build"
    summary = make(Path(data) if data else data_dir(), target, base=base_iri, shacl=not no_shacl, strict=strict)
    for finding in summary.findings:
        click.echo(str(finding), err=True)
    put("".join(f"{line}\n" for line in summary.lines()))
