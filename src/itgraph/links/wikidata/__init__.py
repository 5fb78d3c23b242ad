"""Wikidata, asked politely: its two SPARQL endpoints, its items and its search, and every answer kept.

Serve side, the ground of whatever looks things up there. ``client`` is what is asked, ``transport`` how, ``answers``
where the answers are kept.
"""

from __future__ import annotations

from itgraph.links.wikidata.client import Endpoint, Hit, Item, Patience, Row, Services, Wikidata

__all__ = ["Endpoint", "Hit", "Item", "Patience", "Row", "Services", "Wikidata"]
