"""The pages of the saved queries: as many rows as the command line has, and forms that say what is wrong."""

from __future__ import annotations

import re
import shlex
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from lxml import html
from tests.serving.site.conftest import Site

import itgraph.site.site
from itgraph.asking import ask
from itgraph.cli import cli
from itgraph.endpoint.limits import Limits
from itgraph.queries import load
from itgraph.site.response import Request
from itgraph.store import Store

QUERIES = load()
HOSTILE = "\"><script>alert(1)</script>&amp;{{ 7 * 7 }}'\u202e"


def form(site: Site, path: str, status: int = 400) -> html.HtmlElement:
    """Return a page whatever its status, which is looked at too."""
    reply = site.get(path)
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8"), reply.text[:2000]
    return html.document_fromstring(reply.text)


def rows(page: html.HtmlElement) -> list[list[str]]:
    return [[cell.text_content() for cell in row.cssselect("td")] for row in page.cssselect("table.answer tbody tr")]


def test_the_list_leads_to_every_question_by_what_it_asks(site: Site) -> None:
    page = site.page("/questions")
    links = {link.get("href"): link.text for link in page.cssselect("main li a")}
    assert links == {f"/questions/{name}": query.summary for name, query in QUERIES.items()}
    for section in page.cssselect("main section"):
        assert section.cssselect("h2")
        assert section.cssselect("li")
    assert page.cssselect("nav a[aria-current]")[0].text == "Questions"


@pytest.mark.parametrize("name", QUERIES)
def test_the_page_of_a_question_answers_at_once_and_as_the_command_line_does(
    site: Site, release_store: Store, name: str
) -> None:
    query = QUERIES[name]
    given = {one.name: one.default or one.example for one in query.parameters}
    found = release_store.query(ask(release_store, query, given))
    page = site.page(f"/questions/{name}")
    assert [heading.text for heading in page.cssselect("h1")] == [query.summary]
    if isinstance(found, ox.QueryBoolean):
        assert page.cssselect(".truth")[0].text == ("Yes" if found else "No")
        return
    expected = len(set(found)) if isinstance(found, ox.QueryTriples) else len(list(found))
    assert len(rows(page)) == min(expected, 200)
    (told,) = page.cssselect("section[aria-labelledby=answer] p.more")
    counted = re.match(r"\s*([\d,]+) (?:row|triple)s?\b", told.text_content())
    assert counted is not None, told.text_content()
    assert int(counted[1].replace(",", "")) == expected


def test_names_are_shown_and_lead_to_pages_and_numbers_stand_to_the_right(site: Site) -> None:
    page = site.page("/questions/models-by-size?least=65000000000")
    first = page.cssselect("table.answer tbody tr")[0].cssselect("td")
    assert first[0].cssselect("a")[0].get("href") == "/model/bloomz.html"
    assert (first[1].text_content(), first[1].get("class")) == ("176,000,000,000", "number")
    assert first[1].get("title") == "176000000000"
    assert page.cssselect("table.answer th.number")[0].text == "?parameters"


def test_a_value_may_be_a_name_and_there_may_be_several(site: Site) -> None:
    for field, names in {
        "built-on?base": ("model/alpaca", "Alpaca"),
        "ancestry?model": (
            "model/bloomz",
            "BLOOMZ",
            "hf:bigscience/bloomz",
            "https://huggingface.co/bigscience/bloomz",
        ),
    }.items():
        answers = [rows(site.page(f"/questions/{field}={name}")) for name in names]
        assert all(answer and answer == answers[0] for answer in answers)
    page = site.page("/questions/datasets-by-construction?construction=Model-generated&open=no")
    assert [one.get("value") for one in page.cssselect("option[selected]")] == ["construction/model-generated", "false"]
    several = site.page("/questions/open-models-on-closed-output?closed=GPT-4&closed=model/chatgpt")
    assert [box.get("value") for box in several.cssselect("input[name=closed]")] == ["GPT-4", "model/chatgpt"]
    assert len({box.get("id") for box in several.cssselect("input[name=closed]")}) == 2
    (error,) = form(site, "/questions/built-on?base=LLaMA&base=OPT").cssselect("p.wrong")
    assert "built-on takes one value for 'base' — no row would say" in error.text_content()


@pytest.mark.parametrize(
    ("path", "field", "told"),
    [
        ("built-on?base=LLamb", "base", "parameter base: nothing is called 'LLamb' — did you mean"),
        ("built-on?base=dataset/alpaca", "base", "parameter base: dataset/alpaca is no model"),
        (
            "built-on?base=arxiv:2304.12244",
            "base",
            "'arxiv:2304.12244' is no model — it is the name of paper/arxiv-2304",
        ),
        ("built-on?base=arxiv:2304.99999", "base", "no entity has the identifier 'arxiv:2304.99999'"),
        ("built-on?base=", "base", "base has no value — give one, for example model/llama"),
        ("models-by-size?least=many", "least", "parameter least: 'many' is not an integer — write it in digits"),
        ("datasets-by-language?language=klingonish", "language", "is not the tag of a language — give the tag"),
        ("datasets-by-construction?construction=magic&open=true", "construction", "it is one of human-crafted"),
        ("datasets-by-construction?construction=human-crafted&open=maybe", "open", "is neither true nor false"),
        ("authors-across-families?one=OPT", "other", "other has no value"),
    ],
)
def test_a_wrong_value_brings_the_form_back_with_the_error_beside_it(
    site: Site, path: str, field: str, told: str
) -> None:
    page = form(site, f"/questions/{path}")
    (box,) = page.cssselect("[aria-invalid=true]")
    assert box.get("name") == field
    (error,) = page.cssselect(f"#{box.get('aria-describedby')}")
    assert told in error.text_content()
    given = dict(parse_qsl(urlsplit(path).query)).get(field, "")
    shown = box.get("value") if box.tag == "input" else box.cssselect("option[selected]")[0].get("value")
    assert shown == given
    assert not page.cssselect("table.answer")


def test_what_is_no_parameter_is_an_error_too(site: Site) -> None:
    (error,) = form(site, "/questions/built-on?base=llama&bass=x").cssselect(".wrong")
    assert "has no parameter 'bass' — did you mean base?" in error.text_content()


def test_a_question_that_there_is_not_is_not_found(site: Site) -> None:
    reply = site.get("/questions/build-on")
    assert reply.status == 404
    assert "did you mean built-on" in reply.text


@pytest.mark.parametrize(
    "path",
    [
        f"/questions/{name}?{urlencode({parameter.name: HOSTILE})}"
        for name, parameter in (
            (name, QUERIES[name].parameters[0]) for name in ("built-on", "models-by-size", "datasets-by-construction")
        )
    ]
    + [f"/questions/built-on?{urlencode({HOSTILE: 'x', 'base': 'llama'})}"],
)
def test_hostile_values_stay_text(site: Site, path: str) -> None:
    reply = site.get(path)
    assert reply.status == 400
    assert "<script>alert" not in reply.text
    assert "49" not in re.findall(r"(?:value=\"|>)[^<\"]*\b49\b", reply.text)
    assert not html.document_fromstring(reply.text).xpath("//script[not(@src)]")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("built-on", [("base", "LLaMA")]),
        ("open-models-on-closed-output", [("closed", "model/gpt-4"), ("closed", "ChatGPT")]),
        ("affected-by", [("dataset", "Natural Instructions")]),
        ("authors-across-families", [("one", "GPT-3"), ("other", "https://w3id.org/itgraph/model/opt")]),
        ("datasets-by-construction", [("construction", "construction/model-generated"), ("open", "true")]),
        ("any-loop", []),
    ],
)
def test_the_command_and_the_addresses_ask_the_same(site: Site, name: str, values: list[tuple[str, str]]) -> None:
    page = site.page(f"/questions/{name}?{urlencode(values)}")
    command = shlex.split(page.cssselect("#command")[0].text_content())
    assert command == ["itgraph", "query", name, *(word for one in values for word in ("--param", "=".join(one)))]
    links = {link.text: link.get("href") for link in page.cssselect("section[aria-labelledby=answer] p.more a")}
    for text, more in (("REST", []), ("CSV", [("format", "csv")]), ("JSON", [("format", "json")])):
        address = urlsplit(links[text])
        assert (address.path, parse_qsl(address.query)) == (f"/api/queries/{name}", [*values, *more])


def test_the_command_line_takes_what_the_page_tells(
    site: Site, release_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = site.page("/questions/built-on?base=GPT-3")
    command = shlex.split(page.cssselect("#command")[0].text_content())
    monkeypatch.setenv("ITGRAPH_RELEASE", str(release_store.folder))
    result = CliRunner().invoke(cli, [*command[1:], "--format", "csv"], prog_name="itgraph")
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) - 1 == len(rows(page)) > 0


def test_the_editor_is_given_the_query_that_was_asked(site: Site, release_store: Store) -> None:
    page = site.page("/questions/built-on?base=Alpaca")
    text = page.cssselect("details pre")[0].text_content()
    assert "VALUES ?base { <https://w3id.org/itgraph/model/alpaca> }" in text
    assert "#+" not in text
    (link,) = [link.get("href") for link in page.cssselect("main a") if link.text == "Open in the editor"]
    assert parse_qs(urlsplit(link).query)["query"] == [text]
    assert len(list(release_store.select(text))) == len(rows(page))
    assert len(rows(site.page(link))) == len(rows(page))


def test_a_graph_is_shown_in_part_with_the_way_to_all_of_it(site: Site) -> None:
    page = site.page("/questions/bill-of-materials")
    assert [heading.text for heading in page.cssselect("table.answer th")] == ["subject", "predicate", "object"]
    assert len(rows(page)) == 200
    (told,) = page.cssselect("section[aria-labelledby=answer] p.more")
    assert "the first 200 of them here" in told.text_content()
    assert [link.text for link in told.cssselect("a")] == ["Turtle", "JSON-LD", "REST"]


def test_the_pages_of_a_server_below_a_path_stay_below_it(release_store: Store) -> None:
    below = itgraph.site.site.Site(release_store, Limits(), "https://example.org/graph/", services={})
    answer = "query=SELECT+*+%7B+%3Fs+a+%3Fo+%7D"
    for path, fields in (("/questions", ""), ("/questions/built-on", ""), ("/query", answer)):
        page = html.document_fromstring(below.respond(Request(path, fields)).body)
        links = [link.get("href", "") for link in page.cssselect("main a")]
        links += [form.get("action", "") for form in page.cssselect("main form[action]")]
        links += [box.get("data-suggest", "") for box in page.cssselect("main [data-suggest]")]
        assert links
        assert [link for link in links if not link.startswith(("/graph/", "http"))] == []


def test_a_page_is_kept_and_known_by_its_tag(site: Site) -> None:
    first = site.get("/questions/built-on?base=Vicuna")
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert site.get("/questions/built-on?base=Vicuna", if_none_match=first.headers["etag"]).status == 304
    # What took how long is of that time alone, and so is not on a page that is kept.
    assert not re.search(r"\d m?s\b", first.text)
