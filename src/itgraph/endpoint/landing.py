"""What stands at ``/`` for who is no browser: what this is, how to ask, one example, in plain text.

Part of the endpoint. Browsers are shown the first page of the site; its page for SPARQL begins with the same example.

Example: ``curl http://127.0.0.1:8080/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itgraph.endpoint.limits import Limits

__all__ = ["as_text"]

EXAMPLE = """\
PREFIX itg: <https://w3id.org/itgraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?model ?label ?source WHERE {{
  ?model itg:basedOn <{base}model/llama> ; rdfs:label ?label .
  GRAPH ?source {{ ?model itg:basedOn <{base}model/llama> }}
}}
ORDER BY ?label
"""

WHAT = (
    "itgraph: what an instruction-tuned language model is built on, what it was trained on, who made that data, "
    "and who says so."
)
HOW = (
    "Send a SPARQL 1.1 query to /sparql, by GET or POST, as the field 'query'. The default graph is what is held to "
    "be true; the named graphs are what each source says. The endpoint is read-only."
)
FORMATS = (
    "Ask by the Accept header for JSON, XML, CSV or TSV (SELECT, ASK), or for Turtle, N-Triples, RDF/XML, N-Quads, "
    "TriG or JSON-LD (CONSTRUCT, DESCRIBE)."
)


ELSEWHERE = (
    "Also here: /query (an editor, for browsers), /dump (the whole graph, and how it is described for catalogues), "
    "/.well-known/void (what is in it), /healthz, /readyz and /metrics."
)


def example(manifest: Mapping[str, Any]) -> str:
    """Return a query to begin with: the models built directly on LLaMA, and who says so."""
    return EXAMPLE.format(base=manifest["base"])


def counts(manifest: Mapping[str, Any]) -> str:
    """Return the line that says which release this is and how large."""
    return (
        f"Release {manifest.get('version', 'unknown')}: {manifest.get('triples', 'unknown')} triples, "
        f"{manifest.get('graphs', 'unknown')} named graphs, base {manifest['base']}"
    )


def as_text(manifest: Mapping[str, Any], url: str, limits: Limits) -> str:
    """Return it. ``url`` is the endpoint's own."""
    command = f"curl -H 'Accept: text/csv' --data-urlencode query@question.rq {url}"
    indented = "".join(f"    {line}\n" for line in example(manifest).splitlines())
    promised = "".join(f"    {one.shown} {one.what}\n" for one in limits.promises())
    return (
        f"{WHAT}\n{counts(manifest)}\n\n{HOW}\n{FORMATS}\n\n{indented}\nWith that in question.rq:\n\n    {command}\n\n"
        f"The limits:\n\n{promised}\n{ELSEWHERE}\n"
    )
