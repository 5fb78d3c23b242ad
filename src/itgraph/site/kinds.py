"""The kinds of entity as the pages speak of them: one, several, and what they are.

Part of the site, below its pages. A kind is the first part of an id; what it is called in its IRI is pinned, what a
reader sees is here.

>>> KINDS["dataset"].plural, kind_words("model/llama").singular, kind_words("survey/models/4").singular
('data sets', 'model', 'row of the survey')
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from itgraph.namespaces import FAIR4ML, ITG, SCHEMA, SKOS

__all__ = ["CONCEPTS", "KINDS", "Kind", "kind_words"]


@dataclass(frozen=True)
class Kind:
    """A kind: how one and several are called, what they are, and the classes that hold them all."""

    singular: str
    plural: str
    what: str
    classes: tuple[str, ...] = ()


#: What people come for, in the order of the navigation.
KINDS = {
    "model": Kind("model", "models", "Language models, and the bases that they are built on.", (FAIR4ML + "MLModel",)),
    "dataset": Kind(
        "data set", "data sets", "What models are tuned on, and who or what wrote it.", (SCHEMA + "Dataset",)
    ),
    "paper": Kind(
        "paper",
        "papers",
        "Papers, and the blog posts and software that are cited like papers.",
        tuple(SCHEMA + name for name in ("ScholarlyArticle", "BlogPosting", "SoftwareSourceCode", "CreativeWork")),
    ),
    "person": Kind("person", "people", "The authors of the papers.", (SCHEMA + "Person",)),
    "organization": Kind(
        "organisation", "organisations", "Who made a model or a data set, where a source says so.",
        (SCHEMA + "Organization",),
    ),
    "benchmark": Kind("benchmark", "benchmarks", "What models are measured by.", (ITG + "Benchmark",)),
    "technique": Kind("technique", "techniques", "Ways of tuning a model.", (ITG + "TuningTechnique",)),
}  # fmt: skip
#: The schemes of concepts, each a kind of its own.
CONCEPTS = {
    "construction": Kind("construction", "constructions", "How a data set was made.", (SKOS + "Concept",)),
    "modality": Kind("modality", "modalities", "What a model takes in or gives out.", (SKOS + "Concept",)),
    "domain": Kind("domain", "domains", "The field that a model is made for.", (SKOS + "Concept",)),
    "subject": Kind("subject", "subjects", "What a data set is about.", (SKOS + "Concept",)),
    "evaluation-style": Kind("style of evaluation", "styles of evaluation", "How it is measured.", (SKOS + "Concept",)),
    "section": Kind("section", "sections", "Where in its tables the survey puts a row.", (SKOS + "Concept",)),
}
OTHERS = (
    (re.compile(r"survey/reference/[^/#]+"), Kind("reference of the survey", "references", "")),
    (re.compile(r"survey/anomalies#.+"), Kind("anomaly of the survey", "anomalies", "")),
    (re.compile(r"survey/corrections.*"), Kind("correction", "corrections", "")),
    (re.compile(r"survey/[a-z-]+/\d+"), Kind("row of the survey", "rows", "")),
    (re.compile(r"links/[^#]+"), Kind("table of links", "tables of links", "")),
    (re.compile(r"links/.+"), Kind("link", "links", "")),
    (re.compile(r"(registry|curation)/.+"), Kind("source", "sources", "")),
)
THING = Kind("thing", "things", "")


def kind_words(identifier: str) -> Kind:
    """Return how the kind of an id is called."""
    for pattern, kind in OTHERS:
        if pattern.fullmatch(identifier):
            return kind
    first, slash, _ = identifier.partition("/")
    return KINDS.get(first) or CONCEPTS.get(first) or THING if slash else THING
