"""What kind of thing an item of Wikidata is: whether it can be the entity that it is called like.

Serve side, beside the finders. An item fits where one of its classes (P31), or a class above it (P279), is matched with
a class of the entity in ``ontology/alignments.ttl``. "Claude" is a given name, and "llama" an animal.
https://www.wikidata.org/wiki/Help:Basic_membership_properties
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from itgraph.links.reconciler.solutions import id_in, solutions
from itgraph.links.reconciler.subjects import Subject
from itgraph.links.wikidata import Endpoint, Wikidata
from itgraph.links.wikidata.item import ITEM_ID, Item

__all__ = ["INSTANCE_OF", "Fit", "Kinds"]

INSTANCE_OF = "P31"
#: So many classes are looked at in one query.
BATCH = 100


class Fit(Enum):
    """Whether an item can be an entity: it can, is of another kind of ours, of a kind that we do not know, or of none.

    The last, ``UNKNOWN``, is also said where nothing tells what the entity can be, or nobody answered.
    """

    YES = "yes"
    OTHER = "other"
    STRANGE = "strange"
    UNKNOWN = "unknown"


class Kinds:
    """Tells kinds apart, and asks for each class once."""

    def __init__(self, wikidata: Wikidata, classes: Mapping[str, frozenset[str]]) -> None:
        self.wikidata = wikidata
        self.classes = classes
        self.known = frozenset().union(*classes.values())
        #: Class → the known classes that it is or is below of.
        self.above: dict[str, frozenset[str]] = {}

    def wanted(self, subject: Subject) -> frozenset[str]:
        """Return the classes of which an item may be, to be this subject; empty where no class is matched."""
        return frozenset().union(*(self.classes.get(name, frozenset()) for name in subject.types))

    def look_up(self, items: Iterable[Item]) -> None:
        """Ask for the classes of these items, so that ``fit`` can tell.

        Raises:
            NetworkError: there is no answer.
        """
        met = {name for item in items for name in item.claims.get(INSTANCE_OF, ()) if ITEM_ID.fullmatch(name)}
        asked = sorted(met - self.above.keys())
        for start in range(0, len(asked), BATCH):
            some = asked[start : start + BATCH]
            pattern = (
                f"VALUES ?class {{ {' '.join(f'wd:{name}' for name in some)} }} "
                f"VALUES ?known {{ {' '.join(f'wd:{name}' for name in sorted(self.known))} }} ?class wdt:P279* ?known"
            )
            found: dict[str, set[str]] = {name: {name} & self.known for name in some}
            for row in solutions(self.wikidata, Endpoint.MAIN, ("class", "known"), [pattern]):
                below, above = id_in(row, "class"), id_in(row, "known")
                found.setdefault(below, set()).add(above)
            self.above |= {name: frozenset(known) for name, known in found.items()}

    def fit(self, subject: Subject, item: Item) -> Fit:
        """Tell whether an item can be a subject, of those that were looked up."""
        wanted, classes = self.wanted(subject), item.claims.get(INSTANCE_OF, ())
        above = frozenset().union(*(self.above.get(name, frozenset()) | {name} for name in classes)) & self.known
        if above & wanted:
            return Fit.YES
        if not wanted or not classes or not all(name in self.above for name in classes):
            return Fit.UNKNOWN
        return Fit.OTHER if above else Fit.STRANGE
