"""How the pages call the properties, in which order they stand, and what a number counts.

Part of the site, below its pages. The ontology defines each term; here are the words of a line on a page, which read
differently from either end: *built on* and *built on it*.

>>> WORDS["https://w3id.org/itgraph/ns#basedOn"].back
'models built on it'
"""

from __future__ import annotations

from typing import NamedTuple

from itgraph.namespaces import DCTERMS, FAIR4ML, ITG, OWL, PAV, PROV, RDF, RDFS, SCHEMA, SKOS, SSSOM

__all__ = ["FUNCTIONAL", "HIDDEN", "LINEAGE", "PRINTED", "UNITS", "WORDS", "Words", "place"]


class Words(NamedTuple):
    """A property as it reads at its subject, and back from its object."""

    there: str
    back: str = ""


#: In the order of a page. What is not here comes last, under the name of its term.
WORDS = {
    SKOS + "altLabel": Words("also called"),
    SKOS + "definition": Words("definition"),
    ITG + "basedOn": Words("built on", "models built on it"),
    FAIR4ML + "fineTunedFrom": Words("fine-tuned from", "models fine-tuned from it"),
    ITG + "hasComponent": Words("has the component", "models with it as a component"),
    ITG + "adapterOf": Words("adapter of", "adapters of it"),
    ITG + "mergedFrom": Words("merged from", "models merged from it"),
    ITG + "quantizedFrom": Words("quantized from", "quantized models of it"),
    PROV + "qualifiedDerivation": Words("size of the base"),
    PROV + "entity": Words("base", "sizes of it that were built on"),
    FAIR4ML + "trainedOn": Words("trained on", "models trained on it"),
    ITG + "trainingSet": Words("training set"),
    ITG + "dataset": Words("data set", "training sets that it is"),
    ITG + "selfBuilt": Words("built by its own makers"),
    ITG + "usesTechnique": Words("tuned with", "models tuned with it"),
    ITG + "generatedWith": Words("written by the model", "data sets that it wrote"),
    ITG + "derivedFromDataset": Words("derived from the data set", "data sets derived from it"),
    SCHEMA + "hasPart": Words("has the part", "is part of"),
    ITG + "construction": Words("made how", "data sets made so"),
    ITG + "constructionAsPrinted": Words("construction as printed"),
    ITG + "parameterCount": Words("size"),
    ITG + "parameterCountMin": Words("size, at least"),
    ITG + "parameterCountMax": Words("size, at most"),
    ITG + "parameterCountAsPrinted": Words("size as printed"),
    ITG + "instanceCount": Words("size"),
    ITG + "instanceCountMin": Words("size, at least"),
    ITG + "instanceCountMax": Words("size, at most"),
    ITG + "tokenCount": Words("size"),
    ITG + "tokenCountMin": Words("size, at least"),
    ITG + "tokenCountMax": Words("size, at most"),
    ITG + "sizeAsPrinted": Words("size as printed"),
    ITG + "taskCount": Words("tasks"),
    ITG + "taskCountMin": Words("tasks, at least"),
    ITG + "taskCountMax": Words("tasks, at most"),
    ITG + "taskCountAsPrinted": Words("tasks as printed"),
    ITG + "approximate": Words("approximate"),
    SCHEMA + "inLanguage": Words("language"),
    ITG + "languageCount": Words("languages"),
    ITG + "languageAsPrinted": Words("language as printed"),
    ITG + "modality": Words("modality", "models of it"),
    ITG + "modalityAsPrinted": Words("modality as printed"),
    ITG + "domain": Words("domain", "models made for it"),
    ITG + "subject": Words("subject", "data sets about it"),
    ITG + "evaluationStyle": Words("evaluated by", "benchmarks of it"),
    ITG + "openSource": Words("open, as the survey says"),
    SCHEMA + "license": Words("licence", "under this licence"),
    ITG + "licenseAsStated": Words("licence as stated"),
    SCHEMA + "creator": Words("made by", "made by it"),
    SCHEMA + "position": Words("place"),
    ITG + "author": Words("author"),
    SCHEMA + "subjectOf": Words("presented in", "presents"),
    SCHEMA + "datePublished": Words("year"),
    ITG + "venueAsPrinted": Words("venue as printed"),
    ITG + "arxivId": Words("arXiv"),
    SCHEMA + "identifier": Words("identifier"),
    SCHEMA + "codeRepository": Words("code and data"),
    SCHEMA + "url": Words("web page"),
    SKOS + "exactMatch": Words("the same elsewhere"),
    SKOS + "closeMatch": Words("close to it elsewhere"),
    RDFS + "seeAlso": Words("see also"),
    SCHEMA + "citation": Words("cites", "cited by"),
    ITG + "generation": Words("bases below it, at most"),
    ITG + "placeholder": Words("stands for what is closed or not identified"),
    ITG + "authorListComplete": Words("author list is complete"),
    ITG + "nameAsPrinted": Words("name as printed"),
    ITG + "describes": Words("describes", "described in"),
    ITG + "table": Words("table of the survey"),
    ITG + "rowNumber": Words("row"),
    ITG + "section": Words("section", "rows in it"),
    ITG + "cites": Words("cites", "cited in"),
    ITG + "citesAsPrinted": Words("citation numbers as printed"),
    ITG + "number": Words("number"),
    ITG + "identifies": Words("is a reference to", "listed as"),
    ITG + "titleAsPrinted": Words("title as printed"),
    ITG + "arxivIdAsPrinted": Words("arXiv id as printed"),
    ITG + "corrects": Words("corrects", "corrected by"),
    ITG + "settles": Words("settles", "settled by"),
    ITG + "concerns": Words("concerns", "anomalies"),
    ITG + "anomalyKind": Words("kind of anomaly"),
    ITG + "confirmedIn": Words("identity confirmed in", "confirms the identity of"),
    ITG + "method": Words("came to be"),
    ITG + "reason": Words("reason"),
    PROV + "hadPrimarySource": Words("read from", "read from it"),
    DCTERMS + "description": Words("description"),
    DCTERMS + "replaces": Words("replaces", "replaced by"),
    SKOS + "inScheme": Words("scheme", "concepts"),
    SKOS + "topConceptOf": Words("scheme", "concepts"),
    SKOS + "broader": Words("broader", "narrower"),
    DCTERMS + "title": Words("title"),
    DCTERMS + "license": Words("licence", "under this licence"),
    # Of the rows of link tables, in the words of SSSOM.
    SSSOM + "mappings": Words("rows", "row of the table"),
    OWL + "annotatedProperty": Words("match"),
    SSSOM + "predicate_modifier": Words("but"),
    OWL + "annotatedTarget": Words("item", "item of the row"),
    SSSOM + "object_label": Words("label of the item"),
    SSSOM + "object_category": Words("kind of the item"),
    ITG + "linkState": Words("state of the link"),
    SSSOM + "mapping_justification": Words("how it is known"),
    SSSOM + "mapping_provider": Words("who says so", "says so in"),
    PAV + "authoredBy": Words("written by", "wrote"),
    SSSOM + "mapping_tool": Words("found with"),
    DCTERMS + "created": Words("stated or looked up"),
    SSSOM + "confidence": Words("how sure, from 0 to 1"),
    SSSOM + "subject_label": Words("label of the entity"),
    SSSOM + "subject_match_field": Words("compared here"),
    SSSOM + "object_match_field": Words("compared there"),
    SSSOM + "match_string": Words("alike in both"),
    RDFS + "comment": Words("comment"),
}
#: What a page with a lineage tells there.
LINEAGE = frozenset(
    {
        *(ITG + name for name in ("basedOn", "hasComponent", "adapterOf", "mergedFrom", "quantizedFrom")),
        *(ITG + name for name in ("generatedWith", "derivedFromDataset")),
        FAIR4ML + "fineTunedFrom",
        FAIR4ML + "trainedOn",
    }
)
ORDER = {predicate: number for number, predicate in enumerate(WORDS)}

#: What a page says elsewhere, or what only rules need.
HIDDEN = frozenset(
    {
        RDF + "type",
        RDFS + "label",
        SKOS + "prefLabel",
        SKOS + "topConceptOf",
        SKOS + "hasTopConcept",
        OWL + "deprecated",
        ITG + "ancestorModel",
        ITG + "dependsOn",
        ITG + "year",
        # Beside the id, with what each is to the entity.
        SKOS + "exactMatch",
        SKOS + "closeMatch",
        RDFS + "seeAlso",
        OWL + "annotatedSource",
        # With their order, in the list of works.
        ITG + "author",
        ITG + "authorship",
        SCHEMA + "author",
    }
)
#: What a number counts.
UNITS = {
    ITG + f"{name}{bound}": unit
    for name, unit in {
        "parameterCount": "parameters",
        "instanceCount": "instances",
        "tokenCount": "tokens",
        "taskCount": "tasks",
        "languageCount": "languages",
    }.items()
    for bound in ("", "Min", "Max")
}
#: What a source prints, and what was read from it: the print stands beside the fact.
PRINTED = {
    ITG + "parameterCountAsPrinted": tuple(ITG + f"parameterCount{bound}" for bound in ("", "Min", "Max")),
    ITG + "sizeAsPrinted": tuple(
        ITG + f"{n}Count{bound}" for n in ("instance", "token") for bound in ("", "Min", "Max")
    ),
    ITG + "taskCountAsPrinted": tuple(ITG + f"taskCount{bound}" for bound in ("", "Min", "Max")),
    ITG + "languageAsPrinted": (SCHEMA + "inLanguage", ITG + "languageCount"),
    ITG + "modalityAsPrinted": (ITG + "modality",),
    ITG + "constructionAsPrinted": (ITG + "construction",),
}
#: What has one value: where two sources give two, they differ.
FUNCTIONAL = frozenset(
    {
        *UNITS,
        *PRINTED,
        ITG + "openSource",
        SCHEMA + "datePublished",
        ITG + "arxivId",
        ITG + "venueAsPrinted",
        ITG + "selfBuilt",
    }
)


def place(predicate: str) -> tuple[int, str]:
    """Return where a property stands among the others."""
    return ORDER.get(predicate, len(ORDER)), predicate
