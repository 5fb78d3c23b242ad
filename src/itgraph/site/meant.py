"""Which entity a stranger means by a name, found without reading all names of the graph.

Part of the site, before ``itgraph.asking``. The command line compares a name that it does not find with every name that
there is; here the search index does that, in milliseconds, over however many.

Example::

    meant(site, "model", "llama")    # 'model/llama'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.entity import exact, exists, fold, readings, replaced_by
from itgraph.errors import UsageError, echo
from itgraph.identified import identified
from itgraph.namespaces import compact
from itgraph.search import LONGEST_TEXT
from itgraph.sparql import is_iri, kind_of

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["meant"]

#: So many entities of one name are told apart, and so many are offered where none has it.
SAME, OFFERED = 10, 3


def meant(site: Site, kind: str, name: str) -> str:
    """Return a name as what ``asking`` finds without a search: an id, or what it was where that can be looked up.

    Raises:
        UsageError: nothing of the kind has the name (the hint offers the nearest), or several have it.
    """
    name = name.strip()
    if identified(site.store, name) is not None:
        # Looked up by what it identifies alone, and so without a search.
        return name
    if any(exists(site.store, iri) or replaced_by(site.store, iri) for iri in readings(site.store, name)):
        return name
    slug = f"{site.base}{kind}/{name}"
    if is_iri(slug) and exists(site.store, slug):
        return f"{kind}/{name}"
    found = [identifier for iri in exact(site.store, name) if kind_of(identifier := compact(iri, site.base)) == kind]
    near: list[str] = []
    if not found and site.index is not None and kind in site.index.kinds:
        hits = site.index.search(name[:LONGEST_TEXT], kind=kind, limit=SAME)
        found = [hit.id for hit in hits if fold(hit.matched) == fold(name)]
        near = [hit.id for hit in hits][:OFFERED]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{echo(name)} is the name of several entities", hint=f"say which: {', '.join(found)}")
    hint = f"did you mean {' or '.join(near)}?" if near else f"give a {kind}, by its id, its IRI or a name"
    raise UsageError(f"nothing is called {echo(name)}", hint=hint)
