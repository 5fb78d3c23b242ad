"""The page at ``/``: what this is, how to ask, one example. HTML for browsers, plain text for others.

Part of the endpoint.

Example: ``curl http://127.0.0.1:8080/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from itgraph.endpoint.limits import Limits

__all__ = ["EXAMPLE", "as_html", "as_text"]

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
    "Also here: /dump (the whole graph, and how it is described for catalogues), /.well-known/void (what is in it), "
    "/healthz, /readyz and /metrics."
)


def example(manifest: Mapping[str, Any]) -> str:
    return EXAMPLE.format(base=manifest["base"])


def counts(manifest: Mapping[str, Any]) -> str:
    """Return the line that says which release this is and how large."""
    return (
        f"Release {manifest.get('version', 'unknown')}: {manifest.get('triples', 'unknown')} triples, "
        f"{manifest.get('graphs', 'unknown')} named graphs, base {manifest['base']}"
    )


def as_text(manifest: Mapping[str, Any], url: str, limits: Limits) -> str:
    """Return the page as plain text. ``url`` is the endpoint's own."""
    command = f"curl -H 'Accept: text/csv' --data-urlencode query@question.rq {url}"
    indented = "".join(f"    {line}\n" for line in example(manifest).splitlines())
    promised = "".join(f"    {one.shown} {one.what}\n" for one in limits.promises())
    return (
        f"{WHAT}\n{counts(manifest)}\n\n{HOW}\n{FORMATS}\n\n{indented}\nWith that in question.rq:\n\n    {command}\n\n"
        f"The limits:\n\n{promised}\n{ELSEWHERE}\n"
    )


def as_html(manifest: Mapping[str, Any], url: str, limits: Limits) -> str:
    """Return the page as HTML, with nothing in it that is fetched from elsewhere."""
    query = example(manifest)
    link = f"/sparql?{urlencode({'query': query, 'format': 'csv'})}"
    promised = "".join(
        f"<tr><td>{escape(one.shown)}</td><td>{escape(one.what)}</td></tr>\n" for one in limits.promises()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>itgraph</title>
</head>
<body>
<h1>itgraph</h1>
<p>{escape(WHAT)}</p>
<p>{escape(counts(manifest))}</p>
<h2>How to ask</h2>
<p>{escape(HOW)} {escape(FORMATS)}</p>
<p>The endpoint is <a href="/sparql"><code>{escape(url)}</code></a>.</p>
<h2>An example</h2>
<p>The models built directly on LLaMA, and who says so (<a href="{escape(link)}">run it</a>):</p>
<form action="/sparql" method="get">
<p><textarea name="query" rows="10" cols="90" aria-label="SPARQL query" required>{escape(query)}</textarea></p>
<p><select name="format" aria-label="format">
<option>csv<option>json<option>xml<option>tsv<option>ttl<option>jsonld
</select> <button>Ask</button></p>
</form>
<h2>The limits</h2>
<table>
{promised}</table>
<h2>Also here</h2>
<ul>
<li><a href="/dump">/dump</a>: the whole graph, described for catalogues; <a href="/dump/itgraph.nq">itgraph.nq</a>
<li><a href="/.well-known/void">/.well-known/void</a>: what is in it
<li><a href="/sparql?format=ttl">/sparql?format=ttl</a>: what this endpoint can do
</ul>
</body>
</html>
"""
