"""What Wikidata is given: new items for the models and papers that it lacks, out of what the graph holds.

Serve side, between ``missing`` and ``quickstatements``. An item is proposed only where its class is certain, and a
source other than the survey states it: the work that presents a model or its repository, the page of a paper. The
ids of classes and properties were seen with their labels in Wikidata's own pages or in public files. What is left out
is counted with the reason, for the person who looks at the batch.

Example::

    left_out = LeftOut()
    for line in batch(Store.open(), ["model", "paper"], left_out):
        print(line, end="")
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from itgraph.links.contribution.facts import Facts, read
from itgraph.links.contribution.left_out import LeftOut, Unfit
from itgraph.links.contribution.missing import missing
from itgraph.links.contribution.models import model_item
from itgraph.links.contribution.papers import paper_item
from itgraph.links.contribution.quickstatements import CannotBeWritten, Item, lines
from itgraph.sparql import CHUNK, Queryable, kind_of

__all__ = ["batch"]

#: Why an entity of another kind gets no item.
NO_ITEM = {
    "person": "people, who are known here by a printed name that others may share",
    "organization": "organisations, which are known here by their name alone",
    "dataset": "data sets, of which no items are made",
    "benchmark": "benchmarks, for which no class is verified",
    "technique": "techniques, for which no class is verified",
}


def batch(store: Queryable, kinds: Sequence[str], left_out: LeftOut) -> Iterator[str]:
    """Yield the lines of a batch, the items by kind and IRI; read whole, ``left_out`` tells what is not in it.

    Args:
        store: the release.
        kinds: some of ``namespaces.KINDS``.
        left_out: takes the count.
    """
    waiting = missing(store, kinds)
    while chunk := list(islice(waiting, CHUNK)):
        facts = read(store, chunk)
        for iri in chunk:
            identifier = facts.id(iri)
            try:
                # Written whole before it goes out: a batch holds no half of an item.
                yield from list(lines(item_for(facts, iri, left_out)))
            except (Unfit, CannotBeWritten) as error:
                left_out.add(f"items: {error}", identifier)


def item_for(facts: Facts, iri: str, left_out: LeftOut) -> Item:
    """Return the item for an entity.

    Raises:
        Unfit: it gets none.
        CannotBeWritten: a part without which there is no item cannot be written.
    """
    kind = kind_of(facts.id(iri))
    if kind in NO_ITEM:
        raise Unfit(NO_ITEM[kind])
    return model_item(facts, iri, left_out) if kind == "model" else paper_item(facts, iri, left_out)
