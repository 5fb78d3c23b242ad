"""The site: pages, linked-data documents and REST over one release, for people and programs without SPARQL.

Serve side, above the store and everything that asks it, below the upper floors of the endpoint. A page is made where
queries are evaluated, in a confined worker that holds the release (``site``); the front keeps it, by what was asked,
until another release takes over. What a browser needs beside (style, scripts) the front sends itself (``assets``).

Example: ``curl -H 'Accept: text/turtle' -L http://127.0.0.1:8080/model/alpaca``.
"""
