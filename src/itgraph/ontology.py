"""The ontology as the build needs it: vocabulary, concepts, context, shapes and rules, read from ``ontology/``.

Build side. First on the data's path: the context turns entries into triples, the rules derive more, the shapes judge
them, and the vocabulary and the concepts enter the dump as graphs of their own. Everything is read by pyoxigraph, which
takes milliseconds; rdflib sees the shapes later, and only where they are used.

>>> ontology = load()
>>> ontology.terms["basedOn"]
'https://w3id.org/itgraph/ns#basedOn'
>>> "MLModel" in ontology.classes
True
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox

from itgraph.errors import InputError
from itgraph.namespaces import BASE, ITG, OWL
from itgraph.resources import ontology_dir

__all__ = ["Ontology", "Source", "load"]

ONTOLOGY_GRAPH = "ontology"
CONCEPTS_GRAPH = "concepts"


@dataclass(frozen=True)
class Source:
    """One file of the ontology: where it is and what it says."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.path.stem

    def triples(self, base: str) -> Iterator[ox.Triple]:
        """Yield the triples of this Turtle file, its relative IRIs resolved against ``base``.

        Raises:
            InputError: the file is not Turtle (https://www.w3.org/TR/turtle/#sec-grammar); names file and line.
        """
        try:
            for quad in ox.parse(self.text, ox.RdfFormat.TURTLE, base_iri=base):
                yield quad.triple
        except SyntaxError as error:
            what = re.sub(r"^Parser error .*?: ", "", error.msg)
            raise InputError(
                f"not Turtle: {what}", hint="mend the statement on this line", path=self.path, line=error.lineno
            ) from None


@dataclass(frozen=True)
class Ontology:
    """What ``ontology/`` holds.

    ``context`` is the object below ``@context``, without ``@base``; ``terms`` gives the IRI of each of its terms, and
    ``classes`` those terms that name a class (by convention the ones that begin with a capital). ``shapes`` and
    ``rules`` are in the order of their file names.
    """

    directory: Path
    version: str
    context: Mapping[str, Any]
    terms: Mapping[str, str]
    classes: frozenset[str]
    vocabulary: tuple[Source, ...]
    concepts: tuple[Source, ...]
    shapes: tuple[Source, ...]
    rules: tuple[Source, ...]

    def quads(self, base: str = BASE) -> Iterator[ox.Quad]:
        """Yield what enters the dump: the graphs ``ontology`` and ``concepts`` below ``base``, each quad once."""
        for name, sources in ((ONTOLOGY_GRAPH, self.vocabulary), (CONCEPTS_GRAPH, self.concepts)):
            graph = ox.NamedNode(base + name)
            for triple in dict.fromkeys(triple for source in sources for triple in source.triples(base)):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def load(directory: Path | None = None) -> Ontology:
    """Read the folder of the ontology (the project's own by default).

    Raises:
        InputError: a file is missing, is not UTF-8, or is not the Turtle or JSON that its name says; or the ontology
            does not say its version. SPARQL is judged where the rules run, by ``itgraph.rules``.
    """
    top = ontology_dir() if directory is None else directory
    vocabulary, concepts, shapes, rules = (
        tuple(read(path) for path in sorted((top / folder).glob(pattern)))
        for folder, pattern in ((".", "*.ttl"), ("concepts", "*.ttl"), ("shapes", "*.ttl"), ("rules", "*.rq"))
    )
    context = read_context(read(top / "context.jsonld"))
    terms = {term: expand(term, context) for term in context if not term.startswith("@")}
    terms = {term: iri for term, iri in terms.items() if not iri.startswith("@") and not is_prefix(term, context)}
    for source in (*concepts, *shapes):
        for _ in source.triples(BASE):
            pass
    return Ontology(
        directory=top,
        version=version_of(top, vocabulary),
        context=MappingProxyType(context),
        terms=MappingProxyType(terms),
        classes=frozenset(term for term in terms if term[0].isupper()),
        vocabulary=vocabulary,
        concepts=concepts,
        shapes=shapes,
        rules=rules,
    )


def read(path: Path) -> Source:
    try:
        return Source(path, path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError("no such file", hint="the ontology is not complete", path=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", hint="save the file as UTF-8", path=path, line=line) from None


def read_context(source: Source) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in pairs:
            if key in mapping:
                # The parser says nothing of lines here; the last place that spells the key is the one too many.
                line = source.text.count("\n", 0, source.text.rindex(json.dumps(key))) + 1
                raise InputError(f"the term {key!r} is given twice", hint="keep one", path=source.path, line=line)
            mapping[key] = value
        return mapping

    try:
        document = json.loads(source.text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg}", hint="mend it on this line", path=source.path, line=error.lineno
        ) from None
    context = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(context, dict):
        raise InputError("no @context object at the top", path=source.path, line=1)
    if "@base" in context:
        raise InputError("the context has an @base", hint="remove it, the build sets it", path=source.path, line=1)
    return context


def is_prefix(term: str, context: Mapping[str, Any]) -> bool:
    """Tell whether ``term`` is a simple term that can be a prefix (https://www.w3.org/TR/json-ld11/#compact-iris)."""
    value = context[term]
    return isinstance(value, str) and value[-1:] in "#/" and ":" in value


def expand(term: str, context: Mapping[str, Any]) -> str:
    """Return the IRI (or keyword) that a term of the context stands for."""
    definition = context[term]
    name = definition["@id"] if isinstance(definition, dict) else definition
    prefix, colon, local = str(name).partition(":")
    return str(context[prefix]) + local if colon and prefix in context else str(name)


def version_of(top: Path, vocabulary: tuple[Source, ...]) -> str:
    header = ox.NamedNode(ITG.rstrip("#"))
    for source in vocabulary:
        for subject, predicate, value in source.triples(BASE):
            if subject == header and predicate.value == OWL + "versionInfo" and isinstance(value, ox.Literal):
                return value.value
    raise InputError(
        f"no owl:versionInfo for <{header.value}>", hint="say the version", path=top / "itgraph.ttl", line=1
    )
