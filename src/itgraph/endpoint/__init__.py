"""The SPARQL endpoint over a release: SPARQL 1.1 Protocol, read-only, for strangers.

Serve side. Two kinds of process meet over sockets. The *front* speaks HTTP and never evaluates a query of a stranger:
``server`` listens, ``connection`` and ``exchange`` carry a request, ``service`` decides (with ``protocol``,
``negotiation``, ``cache``), ``pool`` hands queries out by way of ``nursery``, ``releases`` follows new data. The
*workers* evaluate, each confined and disposable: ``forkserver`` opens the release once and forks them, ``sandbox``
takes away what they must not have, ``gate`` reads a query first, ``evaluation`` and ``output`` answer.

Example: ``itgraph serve --port 0``.
"""
