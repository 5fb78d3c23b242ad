"""``itgraph link wikidata``: the items that the entities are, found live, proposed, and written where one says so.

Example: ``itgraph link wikidata --kind paper --write``.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from itgraph.cli.link_options import Asking, wikidata_options
from itgraph.cli.options import data_option, format_option, release_option, verbose_option
from itgraph.cli.output import put
from itgraph.errors import NetworkError
from itgraph.namespaces import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from itgraph.links.reconciler.judgement import Candidate, Outcome
    from itgraph.links.reconciler.table import LinkTable
    from itgraph.links.wikidata import Wikidata

__all__ = ["wikidata"]

#: Seconds between two writes of the table while a run is under way.
BETWEEN_SAVES = 10.0
ANSWERS = {"y": "yes", "c": "close: wider or narrower", "n": "no", "s": "skip", "q": "quit"}


@click.command()
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; repeat it for others")
@click.option("--write", is_flag=True, help="Write to the table what is certain, what is absent, and what is proposed")
@click.option("--again", is_flag=True, help="Look again for what was absent")
@click.option("--no-input", is_flag=True, help="Ask nobody at the keyboard; what is not certain stays unchecked")
@format_option(["text", "jsonl"], "text", "How to write what was found")
@wikidata_options
@data_option
@release_option
@verbose_option
def wikidata(
    kinds: tuple[str, ...],
    write: bool,
    again: bool,
    no_input: bool,
    form: str,
    asking: Asking,
    data: str | None,
    release: str | None,
) -> None:
    """Find the items of Wikidata that the entities are, among those that nobody has settled.

    Papers are found by arXiv id and DOI, models, data sets and organizations by their addresses, then by their names,
    and people by ORCID iD and their place among the authors of a paper that is matched. What an identifier leads to,
    and is of the right kind and name, is certain; what only shares a name is proposed, and a person decides. A service
    that does not answer leaves an entity unchecked, never absent.

    Without --write nothing is changed. Answers are kept, so that a run that was broken off goes on where it was.

    \b
    Examples:
      itgraph link wikidata --kind paper
      itgraph link wikidata --write --contact ada@example.org
    """
    from pathlib import Path

    from itgraph.links.reconciler.reconcile import reconcile
    from itgraph.links.reconciler.table import LinkTable
    from itgraph.resources import data_dir
    from itgraph.store import Store

    table = LinkTable.read((Path(data) if data else data_dir()) / "links")
    if write:
        table.must_be_writable()
    store = Store.open(release)
    wanted = kinds or KINDS
    came = Came()
    total = sum(store.manifest.get("entities", {}).get(kind, 0) for kind in set(wanted))
    with asking.open(lambda line: click.echo(f"itgraph: {line}", err=True)) as client:
        try:
            for outcomes in progressing(reconcile(store, client, table, wanted, again=again), total):
                put("".join(line_of(outcome, form) for outcome in outcomes if form != "text" or is_news(outcome)))
                came.take(outcomes)
                if write and came.is_time():
                    table.save()
        except KeyboardInterrupt:
            click.echo("itgraph: broken off; run it again to go on: what was answered is kept", err=True)
            raise
        finally:
            if write:
                table.save()
        if write and not no_input and sys.stdin.isatty() and sys.stderr.isatty():
            review(came.waiting, table, client)
    came.tell(write=write, client=client, offline=asking.offline)


class Came:
    """What came of the entities so far: counts, those that a person is to look at, and the first outage."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.waiting: list[Outcome] = []
        self.outage: str | None = None
        self.saved = time.monotonic()

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Count the outcomes of a batch."""
        from itgraph.links.reconciler.finder import OUTAGE

        for outcome in outcomes:
            if outcome.reason.startswith(OUTAGE):
                self.counts["not answered"] += 1
                self.outage = self.outage or outcome.reason.removeprefix(OUTAGE)
            elif outcome.state == "unchecked" and outcome.candidates:
                self.counts["to be looked at"] += 1
                self.waiting.append(outcome)
            else:
                self.counts[outcome.state] += 1

    def is_time(self) -> bool:
        """Tell whether it is time to write the table, which takes the longer the larger it is."""
        if time.monotonic() - self.saved < BETWEEN_SAVES:
            return False
        self.saved = time.monotonic()
        return True

    def tell(self, *, write: bool, client: Wikidata, offline: bool) -> None:
        """Say on stderr what came of it all.

        Raises:
            NetworkError: somebody did not answer; all else is done by then.
        """
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items())) or "nothing to look for"
        kept = f"; {client.asked} requests sent, {client.replayed} answers kept before"
        click.echo(f"itgraph: {told}{kept}{'' if write else '; nothing is written without --write'}", err=True)
        if self.outage is not None:
            count = self.counts["not answered"]
            what = f"Wikidata did not answer for {count} of them, which stay unchecked: {self.outage}"
            hint = "run it once without --offline" if offline else "run it again: what was answered is kept"
            raise NetworkError(what, hint=hint)


def progressing(batches: Iterator[list[Outcome]], total: int) -> Iterator[list[Outcome]]:
    """Yield the batches, with a bar on stderr where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("looked for", total=total or None)
        for outcomes in batches:
            bar.advance(task, len(outcomes))
            yield outcomes


def is_news(outcome: Outcome) -> bool:
    """Tell whether a person wants to read of it: of most people, nothing can be known yet."""
    return outcome.state != "unchecked" or bool(outcome.candidates)


def line_of(outcome: Outcome, form: str) -> str:
    """Return an outcome as a line."""
    from itgraph.lineage_format import printable

    if form == "jsonl":
        import json

        return json.dumps(as_json(outcome), ensure_ascii=False) + "\n"
    parts = [f"{outcome.subject.id}  {outcome.state}"]
    if outcome.reason:
        parts.append(outcome.reason)
    parts += [in_words(one) for one in outcome.candidates]
    return printable("  ".join(parts)) + "\n"


def in_words(candidate: Candidate) -> str:
    item = candidate.item
    what = f" ({item.description})" if item.description else ""
    return f"{item.id} {item.label}{what}, {candidate.confidence:g}: {', '.join(candidate.agrees)}"


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as plain data."""
    return {
        "entity": outcome.subject.id,
        "label": outcome.subject.label,
        "state": outcome.state,
        "reason": outcome.reason,
        "lookedFor": list(outcome.looked_for),
        "candidates": [
            {
                "item": one.item.id,
                "label": one.item.label,
                "description": one.item.description,
                "by": one.basis.value,
                "kindFits": one.fit.value,
                "agrees": list(one.agrees),
                "confidence": one.confidence,
            }
            for one in outcome.candidates
        ],
    }


def review(waiting: Sequence[Outcome], table: LinkTable, client: Wikidata) -> None:
    """Ask the person at the keyboard about each candidate that is not certain; each answer is written at once."""
    from itgraph.lineage_format import printable
    from itgraph.links.reconciler.reconcile import date_of
    from itgraph.unseen import visible

    for number, outcome in enumerate(waiting, start=1):
        click.echo(err=True)
        click.echo(printable(f"{number}/{len(waiting)} {outcome.subject.label} ({outcome.subject.id})"), err=True)
        click.echo(printable(f"  {outcome.reason}"), err=True)
        for candidate in outcome.candidates:
            click.echo(printable(f"  {in_words(candidate)}"), err=True)
            click.echo(f"  https://www.wikidata.org/wiki/{candidate.item.id}", err=True)
            question = f"  Is it the same? ({', '.join(f'{key} {what}' for key, what in ANSWERS.items())})"
            choice = click.Choice(list(ANSWERS))
            answer = click.prompt(question, type=choice, show_choices=False, default="s", err=True)
            if answer == "q":
                return
            if answer in "yc":
                table.confirm(outcome.subject, candidate, date_of(client), close=answer == "c")
            elif answer == "n":
                reason = ""
                while not (reason := visible(reason)):
                    reason = click.prompt("  What is it really?", err=True)
                table.deny(outcome.subject, candidate, reason, date_of(client))
            table.save()
            if answer in "yc":
                break
