"""Which address is answered by what: the table of the site.

Part of the site, above its pages. The first pattern that fits the whole path decides; the things of the graph, which
may have any address, come last.

>>> next(respond.__name__ for pattern, respond in ROUTES if pattern.fullmatch("/model/alpaca.ttl"))
'document'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from itgraph.site.about import about, downloads
from itgraph.site.api import described
from itgraph.site.browse import browse, browse_csv
from itgraph.site.concepts import concept_scheme
from itgraph.site.corrections import corrections
from itgraph.site.crawlers import llms, opensearch, robots, sitemap, sitemap_part
from itgraph.site.explorer import FORMS as FILES
from itgraph.site.explorer import explorer, explorer_file, whole_explorer, whole_explorer_file
from itgraph.site.home import home
from itgraph.site.kinds import CONCEPTS, KINDS
from itgraph.site.mapping_set import mapping_set, mapping_set_table
from itgraph.site.openapi import openapi
from itgraph.site.problem_types import problem_types, problem_types_thing
from itgraph.site.questions import question, questions
from itgraph.site.rest import rest
from itgraph.site.search import found
from itgraph.site.sparql_page import query_page, terms
from itgraph.site.survey import SURVEY, survey, survey_table, survey_table_thing
from itgraph.site.survey_references import survey_references
from itgraph.site.things import FORMS, PAGES, context, document, thing, without_slash
from itgraph.site.vocabulary import vocabulary

if TYPE_CHECKING:
    from itgraph.site.response import Page

__all__ = ["ROUTES"]

Respond: TypeAlias = Callable[..., "Page"]


def route(pattern: str, respond: Callable[..., Any]) -> tuple[re.Pattern[str], Respond]:
    return re.compile(pattern), respond


PAGES |= {SURVEY: survey, "ns": vocabulary, "about": about, "links/": mapping_set} | dict.fromkeys(
    CONCEPTS, concept_scheme
)

ROUTES: tuple[tuple[re.Pattern[str], Respond], ...] = (
    route(r"/", home),
    route(r"/api", described),
    route(r"/api/openapi\.json", openapi),
    route(r"/api/.*", rest),
    route(r"/search", found),
    route(rf"/(?P<kind>{'|'.join(KINDS)})", browse),
    route(rf"/(?P<kind>{'|'.join(KINDS)})\.csv", browse_csv),
    route(r"/survey/references\.html", survey_references),
    route(r"/survey/(?P<table>[a-z]+(?:-[a-z]+)*)\.html", survey_table),
    route(r"/survey/(?P<table>[a-z]+(?:-[a-z]+)*)", survey_table_thing),
    route(r"/corrections", corrections),
    route(r"/(?P<identifier>links/[^/]+)\.tsv", mapping_set_table),
    route(r"/ns/problem\.html", problem_types),
    route(r"/ns/problem", problem_types_thing),
    route(r"/downloads", downloads),
    route(r"/sitemap\.xml", sitemap),
    route(r"/sitemaps/(?P<part>[1-9][0-9]{0,5})\.xml", sitemap_part),
    route(r"/robots\.txt", robots),
    route(r"/opensearch\.xml", opensearch),
    route(r"/llms\.txt", llms),
    route(r"/context/v1\.jsonld", context),
    route(r"/questions", questions),
    route(r"/questions/(?P<name>[^/]+)", question),
    route(r"/query", query_page),
    route(r"/query/terms\.json", terms),
    route(r"/lineage", whole_explorer),
    route(rf"/lineage\.(?P<form>{'|'.join(FILES)})", whole_explorer_file),
    route(rf"/lineage/(?P<kind>[^/]+)/(?P<slug>[^/]+)\.(?P<form>{'|'.join(FILES)})", explorer_file),
    route(r"/lineage/(?P<kind>[^/]+)/(?P<slug>[^/]+)", explorer),
    # Of one slash at the beginning: an address that begins with two is one of another server.
    route(r"/(?P<identifier>[^/].*?)/+", without_slash),
    route(rf"/(?P<identifier>.+)\.(?P<form>{'|'.join(FORMS)})", document),
    route(r"/(?P<identifier>.+)", thing),
)
