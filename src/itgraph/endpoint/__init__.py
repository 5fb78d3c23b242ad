"""The SPARQL endpoint over a release: SPARQL 1.1 Protocol, read-only.

Serve side: ``server`` listens, ``app`` routes, ``protocol`` reads requests, ``negotiation`` picks a format,
``evaluation`` turns a query and a format into bytes, ``landing`` says what this is.

Example::

    create_app(Store.open())
"""

from __future__ import annotations

from itgraph.endpoint.app import create_app

__all__ = ["create_app"]
