r"""The graph ``queries``: every saved query of ``queries/*.rq`` as a node of the release, with the text that runs.

Build side, beside ``about``. The form is that of https://github.com/sib-swiss/sparql-examples, which editors and
assistants read from an endpoint: ``sh:SPARQLExecutable`` with the question in ``rdfs:comment`` and the text in
``sh:select``, ``sh:ask`` or ``sh:construct`` (https://www.w3.org/TR/shacl/, appendix C). A parameter is a
``sh:Parameter`` (section 6.2.1), which carries its example as people type it. Which endpoint answers
(``schema:target``) is for that endpoint to say.

>>> from itgraph.queries import parse
>>> query = parse(b"#+ summary: Is there anything?\nASK { ?s ?p ?o }", "anything.rq")
>>> quads_of_queries([query], BASE)[-1].subject.value
'https://w3id.org/itgraph/queries#anything'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from itgraph.dataset import CODE_LICENCE, QUERIES
from itgraph.errors import InputError
from itgraph.namespaces import BASE, DCTERMS, FAIR4ML, ITG, ONTOLOGY, PREFIXES, RDF, RDFS, SCHEMA, SH, SKOS, XSD
from itgraph.queries import Parameter, Query
from itgraph.query_header import without_header

__all__ = ["PREFIX_DECLARATIONS", "form_of", "quads_of_queries", "text_of"]

#: The id of the node that declares the prefixes.
PREFIX_DECLARATIONS = f"{QUERIES}#prefixes"

#: The forms that SHACL has a class and a property for.
FORMS = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct"}
# The prologue holds comments, IRIs and prefixes, and the form is the first word that is none of them (SPARQL 1.1,
# section 19.8 [2]ff).
FORM = re.compile(r"#[^\n]*|<[^>\s]*>|\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!\s*:)", re.IGNORECASE)
# Entities, and not the vocabulary, which begins like them and never moves.
BELOW_BASE = re.compile(rf"<{re.escape(BASE)}(?!{re.escape(ONTOLOGY.removeprefix(BASE))}[#/>])")

CLASSES = {
    "model": FAIR4ML + "MLModel",
    "dataset": SCHEMA + "Dataset",
    "paper": SCHEMA + "CreativeWork",
    "person": SCHEMA + "Person",
    "benchmark": ITG + "Benchmark",
    "technique": ITG + "TuningTechnique",
    "organization": SCHEMA + "Organization",
}
# A year is an integer in a query, as itg:year is.
DATATYPES = {"integer": "integer", "year": "integer", "text": "string", "language": "string", "boolean": "boolean"}


def quads_of_queries(queries: Iterable[Query], base: str) -> list[ox.Quad]:
    """Return the graph ``queries`` below ``base``.

    Raises:
        InputError: a query of no form that SHACL knows, or two things that would share an IRI; names the file.
    """
    graph = ox.NamedNode(base + QUERIES)
    quads = [ox.Quad(*triple, graph) for triple in prefixes(base)]
    taken = {quad.subject for quad in quads}
    for query in queries:
        triples = list(described(query, base))
        nodes = {triple[0] for triple in triples}
        for node in sorted(taken & nodes, key=str):
            raise InputError(f"something else is named {node}", hint="rename the query", path=query.path, line=1)
        taken |= nodes
        quads += [ox.Quad(*triple, graph) for triple in triples]
    return quads


Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def prefixes(base: str) -> Iterator[Statement]:
    """Yield the declarations of the prefixes of the project (SHACL, section 5.2.1)."""
    declarations = ox.NamedNode(base + PREFIX_DECLARATIONS)
    for prefix, namespace in PREFIXES.items():
        node = ox.NamedNode(f"{base}{QUERIES}#prefix-{prefix}")
        yield declarations, sh("declare"), node
        yield node, ox.NamedNode(RDF + "type"), sh("PrefixDeclaration")
        yield node, sh("prefix"), ox.Literal(prefix)
        yield node, sh("namespace"), ox.Literal(namespace, datatype=ox.NamedNode(XSD + "anyURI"))


def described(query: Query, base: str) -> Iterator[Statement]:
    node = ox.NamedNode(f"{base}{QUERIES}#{query.name}")
    form = FORMS[form_of(query)]
    yield node, ox.NamedNode(RDF + "type"), sh("SPARQLExecutable")
    yield node, ox.NamedNode(RDF + "type"), sh(f"SPARQL{form}Executable")
    yield node, ox.NamedNode(RDFS + "label"), ox.Literal(query.name)
    yield node, ox.NamedNode(DCTERMS + "license"), ox.NamedNode(CODE_LICENCE)
    if query.summary:
        yield node, ox.NamedNode(RDFS + "comment"), ox.Literal(query.summary, language="en")
    if query.description:
        text = " ".join(query.description.split())
        yield node, ox.NamedNode(DCTERMS + "description"), ox.Literal(text, language="en")
    for keyword in query.keywords:
        yield node, ox.NamedNode(SCHEMA + "keywords"), ox.Literal(keyword)
    yield node, sh("prefixes"), ox.NamedNode(base + PREFIX_DECLARATIONS)
    yield node, sh(form.lower()), ox.Literal(text_of(query, base))
    for place, parameter in enumerate(query.parameters, 1):
        here = ox.NamedNode(f"{node.value}-{parameter.name}")
        yield node, sh("parameter"), here
        # The name of a parameter is the local name of its path.
        yield here, sh("path"), ox.NamedNode(f"{node.value}/{parameter.name}")
        yield from parameter_of(here, parameter, place)


def parameter_of(node: ox.NamedNode, parameter: Parameter, place: int) -> Iterator[Statement]:
    """Yield what a parameter is. Its example is text, so that nothing seems to be said of the entity that it names."""
    yield node, ox.NamedNode(RDF + "type"), sh("Parameter")
    yield node, sh("name"), ox.Literal(parameter.name)
    yield node, sh("description"), ox.Literal(parameter.label, language="en")
    yield node, sh("order"), ox.Literal(place)
    yield node, ox.NamedNode(SKOS + "example"), ox.Literal(parameter.example)
    datatype = DATATYPES.get(parameter.kind)
    if datatype is None:
        yield node, sh("class"), ox.NamedNode(CLASSES.get(parameter.kind, SKOS + "Concept"))
        yield node, sh("nodeKind"), sh("IRI")
    else:
        yield node, sh("datatype"), ox.NamedNode(XSD + datatype)
    if parameter.default is not None:
        type_ = ox.NamedNode(XSD + (datatype or "string"))
        yield node, sh("optional"), ox.Literal(True)
        yield node, sh("defaultValue"), ox.Literal(parameter.default, datatype=type_)


def form_of(query: Query) -> str:
    """Return "SELECT", "ASK" or "CONSTRUCT".

    Raises:
        InputError: it is another form, or none.
    """
    form = next((match[1].upper() for match in FORM.finditer(query.text) if match[1]), "")
    if form not in FORMS:
        what = f"a saved query cannot be {form}" if form else "no query"
        raise InputError(what, hint="write SELECT, ASK or CONSTRUCT", path=query.path, line=1)
    return form


def text_of(query: Query, base: str) -> str:
    """Return the text of a query without its header, its entities below ``base``: it runs as it is."""
    return BELOW_BASE.sub(lambda _: f"<{base}", without_header(query.text))


def sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)
