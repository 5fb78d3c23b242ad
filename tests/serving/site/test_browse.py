"""The browse pages: what they count is what is there, however it is chosen, sorted, paged or taken away."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from lxml import html
from tests.serving.site.conftest import Site as Served

from itgraph.endpoint.limits import Limits
from itgraph.endpoint.problems import Problem
from itgraph.errors import UsageError
from itgraph.site.facets import TABLES
from itgraph.site.kinds import KINDS
from itgraph.site.listing import every_row, listing
from itgraph.site.offers import MOST_VALUES
from itgraph.site.response import MOST_FIELDS, Request
from itgraph.site.selection import Selection
from itgraph.site.site import Site
from itgraph.store import Store

URL = "http://127.0.0.1:8080/"
PAGES = tuple(TABLES)


@pytest.fixture(scope="module")
def inside(release_store: Store) -> Site:
    """Return the site over the real release, in this process."""
    return Site(release_store, Limits(), URL)


def asked(site: Served, query: str) -> list[list[str]]:
    """Return the rows of a query at the endpoint."""
    reply = site.get("/sparql?" + urlencode({"query": query}), accept="text/csv")
    assert reply.status == 200, reply.text
    return list(csv.reader(io.StringIO(reply.text, newline="")))[1:]


def names(page: html.HtmlElement) -> list[str]:
    return [cell.text_content().strip() for cell in page.cssselect("tbody th")]


def count(page: html.HtmlElement) -> str:
    (told,) = page.cssselect("[role=status]")
    return str(told.text_content())


IN_WORDS = [
    ("/model", "60 models", "?e a fair4ml:MLModel"),
    ("/model?base=model/llama", "14 of 60 models", "?e itg:basedOn <model/llama>"),
    ("/model?ancestor=model/llama", "16 of 60 models", "?e itg:basedOn+ <model/llama>"),
    (
        "/model?base=model/llama&base=model/t5",
        "17 of 60 models",
        "?e itg:basedOn ?b FILTER(?b IN (<model/llama>, <model/t5>))",
    ),
    (
        "/model?ancestor=model/llama&table=domain-models",
        "4 of 60 models",
        "?e itg:ancestorModel <model/llama> . ?row itg:describes ?e ; itg:table 'domain-models'",
    ),
    (
        "/model?year=2022&year=2021&base=model/t5",
        "3 of 60 models",
        "?e itg:basedOn <model/t5> ; schema:subjectOf ?w . ?w itg:year ?y FILTER(?y IN (2021, 2022))",
    ),
    (
        "/dataset?construction=construction/model-generated",
        "29 of 51 data sets",
        "?e itg:construction <construction/model-generated>",
    ),
    (
        "/dataset?open=false&writer=model/gpt-4",
        None,
        "?e itg:openSource false ; itg:generatedWith <model/gpt-4>",
    ),
    ("/dataset?language=zh", "2 of 51 data sets", "?e schema:inLanguage 'zh'"),
    ("/dataset", "51 data sets", "?e a schema:Dataset FILTER(!STRSTARTS(STR(?e), STR(<benchmark/>)))"),
    ("/paper?type=schema:BlogPosting", "5 of 111 papers", "?e a schema:BlogPosting"),
    (
        "/paper?table=techniques",
        "5 of 111 papers",
        "?row itg:table 'techniques' ; itg:cites ?reference . ?reference itg:identifies ?e",
    ),
    ("/person?work=paper/arxiv-2302.13971", None, "<paper/arxiv-2302.13971> schema:author ?e"),
    (
        "/benchmark?evaluation-style=evaluation-style/gpt-based",
        "8 of 14 benchmarks",
        "?e itg:evaluationStyle <evaluation-style/gpt-based>",
    ),
    ("/technique?year=2023", "3 of 5 techniques", "?e a itg:TuningTechnique ; schema:subjectOf ?w . ?w itg:year 2023"),
    ("/organization", "5 organisations", "?e a schema:Organization"),
]


@pytest.mark.parametrize(("path", "told", "pattern"), IN_WORDS)
def test_what_is_counted_is_what_a_query_of_its_own_counts(
    site: Served, path: str, told: str | None, pattern: str
) -> None:
    page = site.page(path)
    ((number,),) = asked(site, f"SELECT (COUNT(DISTINCT ?e) AS ?n) {{ {pattern} }}")
    assert count(page).partition(" ")[0] == number
    assert told in (None, count(page))
    assert len(names(page)) == min(int(number), 50)


@pytest.mark.parametrize("kind", PAGES)
def test_the_count_of_every_value_is_what_choosing_it_gives(inside: Site, kind: str) -> None:
    found = listing(inside, kind, {}, limit=1)
    assert found.facets
    for offer in found.facets:
        assert 0 < len(offer.choices) <= MOST_VALUES
        for choice in offer.choices:
            chosen = {offer.facet.name: [choice.value]}
            assert listing(inside, kind, chosen, limit=1, facets=False).total == choice.count, choice


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("model", {"ancestor": ["model/llama"], "year": ["2023"]}),
        ("dataset", {"construction": ["construction/human-crafted"], "open": ["true"]}),
        ("paper", {"type": ["schema:ScholarlyArticle"], "table": ["models", "datasets"]}),
        ("person", {"year": ["2022"]}),
        ("benchmark", {"evaluation-style": ["evaluation-style/close-ended"]}),
    ],
)
def test_the_counts_of_a_facet_stand_under_what_the_others_chose(
    inside: Site, kind: str, chosen: dict[str, list[str]]
) -> None:
    for offer in listing(inside, kind, chosen, limit=1).facets:
        for choice in offer.choices:
            assert choice.chosen == (choice.value in chosen.get(offer.facet.name, ()))
            other = {**chosen, offer.facet.name: [choice.value]}
            assert listing(inside, kind, other, limit=1, facets=False).total == choice.count, (offer.facet.name, choice)


def test_what_was_chosen_is_offered_though_it_is_not_among_the_most_frequent(inside: Site, site: Served) -> None:
    whole = listing(inside, "paper", {}, limit=1)
    authors = next(offer for offer in whole.facets if offer.facet.name == "author")
    ((everyone,),) = asked(site, "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?paper schema:author ?a }")
    assert len(authors.choices) + authors.more == int(everyone)
    ((rare,),) = asked(
        site,
        "SELECT ?a { ?p schema:author ?a } GROUP BY ?a HAVING (COUNT(?p) = 1) ORDER BY DESC(STR(?a)) LIMIT 1",
    )
    rare = rare.removeprefix(inside.base)
    assert rare not in {choice.value for choice in authors.choices}
    found = listing(inside, "paper", {"author": [rare], "year": ["1999"]}, limit=1)
    offered = next(offer for offer in found.facets if offer.facet.name == "author")
    assert [(choice.value, choice.count) for choice in offered.choices] == [(rare, 0)]
    found = listing(inside, "paper", {"author": [rare]}, limit=1)
    offered = next(offer for offer in found.facets if offer.facet.name == "author")
    assert (offered.choices[-1].value, offered.choices[-1].count, offered.choices[-1].chosen) == (rare, 1, True)
    assert len(offered.choices) + offered.more == int(everyone)


def test_two_things_of_one_label_are_told_apart(inside: Site) -> None:
    offers = listing(inside, "person", {}, limit=1).facets
    labels = [choice.label for offer in offers if offer.facet.name == "presented" for choice in offer.choices]
    assert {"LIMA (model)", "LIMA (data set)"} <= set(labels)


@pytest.mark.parametrize("kind", PAGES)
def test_paging_gives_each_once_whatever_the_order(inside: Site, kind: str) -> None:
    rows = [row.iri for row in every_row(inside, kind, {})]
    assert len(rows) == inside.manifest["entities"][kind] == len(set(rows))
    for sort in TABLES[kind].sorts:
        for descending in (False, True):
            paged: list[str] = []
            for offset in range(0, len(rows), 250):
                part = listing(
                    inside, kind, {}, sort=sort, descending=descending, offset=offset, limit=250, facets=False
                )
                paged += [row.iri for row in part.rows]
            assert sorted(paged) == sorted(rows), (sort, descending)
            assert paged == [row.iri for row in every_row(inside, kind, {}, sort=sort, descending=descending)]


SORTED = [
    ("model", "size", False),
    ("model", "size", True),
    ("model", "descendants", True),
    ("model", "year", False),
    ("dataset", "size", True),
    ("paper", "rows", True),
    ("paper", "year", True),
    ("person", "works", True),
    ("person", "works", False),
]


@pytest.mark.parametrize(("kind", "sort", "descending"), SORTED)
def test_rows_stand_in_order_and_those_without_a_value_last(
    inside: Site, kind: str, sort: str, descending: bool
) -> None:
    counts = [column.name for column in TABLES[kind].columns if column.cells == "count"]
    keys = []
    for row in every_row(inside, kind, {}, sort=sort, descending=descending):
        given = [*row.cells.get(sort, ()), *row.cells.get(f"{sort}Min", ()), *row.cells.get(f"{sort}Max", ())]
        numbers = [number for number in given if isinstance(number, int)] or ([0] if sort in counts else [])
        keys.append((max if descending else min)(numbers, default=None))
    there = [key for key in keys if key is not None]
    assert there == sorted(there, reverse=descending)
    assert keys[: len(there)] == there
    assert len(set(there)) > 1


@pytest.mark.parametrize("kind", PAGES)
def test_names_are_sorted_without_regard_to_case(inside: Site, kind: str) -> None:
    labels = [row.label.lower() for row in every_row(inside, kind, {}, sort="label")]
    assert labels == sorted(labels)


@pytest.mark.parametrize("path", ["/model?ancestor=model/llama&sort=-size", "/dataset?open=true", "/technique"])
def test_the_csv_holds_what_the_table_shows(site: Served, path: str) -> None:
    page = site.page(path)
    shown = names(page)
    (link,) = page.cssselect("a[download]")
    assert link.get("href") == path.replace("?", ".csv?") if "?" in path else f"{path}.csv"
    reply = site.get(link.get("href"))
    assert reply.headers["content-type"].startswith("text/csv")
    assert reply.headers["content-disposition"].startswith('attachment; filename="itgraph-')
    header, *rows = csv.reader(io.StringIO(reply.text, newline=""), strict=True)
    assert [row[header.index("label")] for row in rows[:50]] == shown
    assert len(rows) == int(count(page).partition(" ")[0])
    assert all(iri.endswith(identifier) for identifier, iri in (row[:2] for row in rows))
    assert reply.text.count("\r\n") == len(rows) + 1


def test_the_csv_of_all_is_whole_and_has_several_values_in_a_cell(site: Served) -> None:
    people = list(csv.DictReader(io.StringIO(site.get("/person.csv").text, newline="")))
    ((everyone,),) = asked(site, "SELECT (COUNT(?p) AS ?n) { ?p a schema:Person }")
    assert len(people) == int(everyone)
    models = {row["id"]: row for row in csv.DictReader(io.StringIO(site.get("/model.csv").text, newline=""))}
    assert models["model/video-llama"]["base"] == "BLIP-2; ImageBind; Vicuna"
    assert models["model/instructpix2pix"]["size"] == "983000000"
    assert models["model/llama"]["descendants"] == "16"


def test_a_table_too_long_is_refused_and_not_cut(release_store: Store) -> None:
    small = Site(release_store, Limits(max_rows=100), URL)
    assert len(list(every_row(small, "model", {}))) == 60
    with pytest.raises(Problem, match="more than 100 rows"):
        list(every_row(small, "person", {}))
    with pytest.raises(Problem, match="more than 20 bytes"):
        Site(release_store, Limits(max_bytes=20), URL).respond(Request("/technique.csv"))


def test_a_cell_says_a_quantity_in_its_unit_or_as_printed(site: Served) -> None:
    def cell(path: str, name: str, column: str) -> str:
        page = site.page(path)
        heads = [" ".join(head.text_content().split()) for head in page.cssselect("thead th")]
        (row,) = [row for row in page.cssselect("tbody tr") if row[0].text_content().strip() == name]
        return " ".join(row[heads.index(column)].text_content().split())

    assert cell("/model?base=model/llama", "LIMA", "Size, in billions") == "65"
    assert cell("/model?base=model/stable-diffusion", "InstructPix2Pix", "Size, in billions") == "0.983"
    assert cell("/dataset", "Alpaca", "Size, in instances") == "52,000"
    assert cell("/dataset", "DeepSeekMath", "Size, in instances") == "120B"
    assert cell("/dataset?sort=-label", "Phi-1", "Size, in instances") == "6B Tokens"
    assert cell("/dataset", "Nectar", "Size, in instances") == "~183,000"


def test_a_link_of_a_count_leads_to_as_many(site: Served) -> None:
    for path, column in (("/model?sort=-descendants", "descendants"), ("/person", "works"), ("/dataset", "models")):
        links = [a.get("href") for a in site.page(path).cssselect("tbody td.number a")][:5]
        texts = [a.text_content() for a in site.page(path).cssselect("tbody td.number a")][:5]
        assert links, column
        for link, text in zip(links, texts, strict=True):
            assert count(site.page(link)).partition(" ")[0] == text, link


def test_every_link_of_a_heading_sorts_and_says_how(site: Served) -> None:
    page = site.page("/model")
    (now,) = page.cssselect("thead [aria-sort]")
    assert (now.get("aria-sort"), now.text_content()) == ("ascending", "Name")
    for link in page.cssselect("thead a"):
        again = site.page(link.get("href"))
        (now,) = again.cssselect("thead [aria-sort]")
        assert now.text_content() == link.text_content()
        turned = site.page(now.cssselect("a")[0].get("href")).cssselect("thead [aria-sort]")[0]
        assert {turned.get("aria-sort"), now.get("aria-sort")} == {"ascending", "descending"}


def test_the_pages_of_a_table_lead_through_it(site: Served) -> None:
    path, seen = "/person", []
    for _ in range(20):
        page = site.page(path)
        seen += [a.get("href") for a in page.cssselect("tbody th a")]
        following = page.cssselect("nav[aria-label=Pages] a[rel=next]")
        if not following:
            break
        path = following[0].get("href")
    assert len(seen) == len(set(seen)) == 723


def test_the_active_filters_can_be_removed_one_by_one(site: Served) -> None:
    page = site.page("/model?year=2023&ancestor=https://w3id.org/itgraph/model/llama&sort=-size")
    links = [link.get("href") for link in page.cssselect(".chips a")]
    assert links == ["/model?year=2023&sort=-size", "/model?ancestor=model/llama&sort=-size", "/model"]
    assert page.cssselect("link[rel=canonical]")[0].get("href") == "/model?ancestor=model/llama&year=2023&sort=-size"
    assert {box.get("value") for box in page.cssselect("form[aria-label=Filters] input[checked]")} == {
        "2023",
        "model/llama",
    }
    assert [field.get("value") for field in page.cssselect("form[aria-label=Filters] input[type=hidden]")] == ["-size"]


def test_the_query_of_a_table_gives_its_rows(site: Served) -> None:
    page = site.page("/dataset?construction=construction/human-crafted&sort=-size")
    (link,) = [a for a in page.cssselect(".take a") if a.text_content() == "as SPARQL"]
    address = urlsplit(link.get("href"))
    assert address.path == "/query"
    rows = asked(site, parse_qs(address.query)["query"][0])
    assert [label for _, label, _ in rows] == names(page)


HOSTILE = [
    '"',
    "'",
    "\\",
    "}",
    "{",
    ">",
    "<x>",
    "> } #",
    '" } UNION { ?entity ?p ?o } #',
    "model/llama> <x>",
    "\n",
    "\x00",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "%",
    "\u202e",
    "x" * 3000,
    "𝕏",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["base", "year", "open", "table"])
def test_what_is_no_value_chooses_nothing_and_breaks_nothing(site: Served, field: str, text: str) -> None:
    reply = site.get(f"/model?{field}={quote(text)}")
    if text.strip() and reply.status == 200:
        page = html.document_fromstring(reply.text)
        assert count(page) == "0 of 60 models"
        assert not page.cssselect("tbody")
        assert "<script>alert" not in reply.text
    elif text.strip():
        assert reply.status == 400
        assert "no value of" in reply.text
    else:
        assert reply.status == 200 or "no value of" in reply.text


def test_a_value_cannot_end_its_term_in_a_query() -> None:
    for text in HOSTILE:
        with pytest.raises(UsageError):
            Selection(URL, "model", {"year": [text]})
    query = Selection(URL, "model", {"table": ['a" } #\n']}).total()
    assert '"a\\" } #\\n"' in query


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/model?bas=model/llama", 400, "no field &#39;bas&#39;"),
        ("/model?construction=x", 400, "base, ancestor"),
        ("/model?sort=nothing", 400, "descendants"),
        ("/paper?sort=authors", 400, "sorted by"),
        ("/model?page=0", 400, "count from 1"),
        ("/model?page=x", 400, "count from 1"),
        ("/model?page=3", 404, "the last is 2"),
        ("/model.csv?page=1", 400, "no field"),
        ("/model?" + "&".join(f"year={year}" for year in range(1900, 1901 + MOST_FIELDS)), 400, "more than 100"),
    ],
)
def test_what_a_table_does_not_have_is_refused_with_what_it_has(
    site: Served, path: str, status: int, says: str
) -> None:
    reply = site.get(path)
    assert reply.status == status
    assert says in reply.text


@pytest.mark.parametrize("kind", PAGES)
def test_a_table_is_made_for_reading_aloud(site: Served, kind: str) -> None:
    page = site.page(f"/{kind}")
    assert [h.text_content() for h in page.cssselect("h1")] == [KINDS[kind].plural.capitalize()]
    assert all(head.get("scope") == "col" for head in page.cssselect("thead th"))
    assert all(head.get("scope") == "row" for head in page.cssselect("tbody th"))
    (region,) = page.cssselect(".scroll[role=region]")
    assert (region.get("tabindex"), bool(region.get("aria-label"))) == ("0", True)
    identifiers = page.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    for box in page.cssselect("form[aria-label=Filters] input[type=checkbox]"):
        assert page.cssselect(f'label[for="{box.get("id")}"]')


def test_a_column_that_the_release_has_nothing_for_is_not_shown(site: Served) -> None:
    models, datasets = ([head.text_content() for head in site.page(path).cssselect("thead th")] for path in (
        "/model", "/dataset"))  # fmt: skip
    assert "Open" not in models
    assert "Open" in datasets
    assert not site.page("/model").cssselect("[data-facet=open], [data-facet=technique]")


def test_rest_gives_the_same_table_in_parts(site: Served) -> None:
    seen, address = [], "/api/model?ancestor=model/llama&limit=5&sort=-size&facets=true"
    while address:
        reply = site.get(address, accept="application/json")
        assert reply.status == 200, reply.text
        told = json.loads(reply.text)
        assert (told["total"], told["among"]) == (16, 60)
        seen += [item["label"] for item in told["items"]]
        address = told["links"].get("next", "").removeprefix(site.url.rstrip("/"))
    assert seen == names(site.page("/model?ancestor=model/llama&sort=-size"))
    ancestors = next(facet for facet in told["facets"] if facet["name"] == "ancestor")
    assert {"value": "model/llama", "label": "LLaMA", "count": 16, "chosen": True} in ancestors["values"]
    assert json.loads(site.get("/api/model?limit=1", accept="application/json").text)["facets"] is None


@pytest.mark.parametrize("kind", PAGES)
def test_rest_and_the_page_have_one_csv(site: Served, kind: str) -> None:
    assert site.get(f"/api/{kind}?limit=1000&format=csv").text == site.get(f"/{kind}.csv").text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/api/model?open=maybe", "true or false"),
        ("/api/model?year=soon", "an integer"),
        ("/api/model?base=a%20b", "no value of base"),
        ("/api/model?construction=x", "no parameter"),
        ("/api/model?sort=shoe", "one of"),
    ],
)
def test_rest_refuses_what_is_no_choice(site: Served, path: str, says: str) -> None:
    reply = site.get(path, accept="application/json")
    assert reply.status == 400
    assert says in json.loads(reply.text)["detail"]


def test_a_release_in_small_has_tables_too(small_site: Served) -> None:
    for kind in PAGES:
        assert small_site.get(f"/{kind}").status == 200, kind
