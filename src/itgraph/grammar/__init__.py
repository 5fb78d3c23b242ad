"""SPARQL as text: its tokens, names, and structure, read in linear time without an engine and without a parser.

Serve side, below the store and the endpoint. Nothing here evaluates or judges: the endpoint's gate does the one with
what is read here, the store the other.

Example::

    Structure("SELECT * { ?s ?p ?o }").patterns.count
"""
