"""The REST interface of a server over the real release: what it answers, how it pages, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from tests.serving.endpoint.conftest import Reply
from tests.serving.site.conftest import Site

from itgraph.queries import load
from itgraph.store import Store

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


def api(site: Site, path: str) -> Any:
    reply = site.get(f"/api/{path}", accept="application/json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json"), reply.text[:1000]
    return json.loads(reply.body)


def as_table(reply: Reply) -> list[list[str]]:
    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8; header=present")
    return list(csv.reader(io.StringIO(reply.text)))


def links(reply: Reply) -> dict[str, str]:
    return {rel: href for href, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', reply.headers["link"])}


def below(site: Site, address: str) -> str:
    """Return the path and query of a public address, which must be one of this server."""
    assert address.startswith(site.url)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("search?q=alpaca", "model/alpaca"),
        ("search?q=alapca", "model/alpaca"),
        ("search?q=alpaca&kind=dataset", "dataset/alpaca"),
        ("search?q=alpaca&kind=dataset&kind=paper", "dataset/alpaca"),
        ("search?q=model/llama-2&limit=1", "model/llama-2"),
        ("search?q=arxiv:2304.12244", "paper/arxiv-2304.12244"),
        ("search?q=https://github.com/tatsu-lab/stanford_alpaca&kind=model", "model/alpaca"),
    ],
)
def test_a_search_finds_entities_and_their_pages(site: Site, path: str, first: str) -> None:
    hit = api(site, path)["items"][0]
    assert (hit["id"], hit["page"]) == (first, f"/{first}.html")
    assert site.get(hit["page"]).status == 200


def test_a_search_is_a_table_too(site: Site) -> None:
    items = api(site, "search?q=llama&limit=3")["items"]
    by_field = as_table(site.get("/api/search?q=llama&limit=3&format=csv", accept="application/json"))
    assert by_field == as_table(site.get("/api/search?q=llama&limit=3", accept="text/csv"))
    assert by_field == [list(items[0]), *([str(cell) for cell in item.values()] for item in items)]
    assert len(items) == 3


def test_a_lineage_says_who_says_so_and_whether_it_is_whole(site: Site) -> None:
    found = api(site, "lineage/model/alpaca?via=weights")
    assert (found["entity"], found["complete"], found["page"]) == ("model/alpaca", True, "/model/alpaca.html")
    llama = found["nodes"][0]
    assert (llama["id"], llama["hops"], llama["page"]) == ("model/llama", 1, "/model/llama.html")
    assert {"from": "model/alpaca", "relation": "itg:basedOn", "sources": ["survey/models/4"]} in llama["via"]
    down = api(site, "lineage/model/llama?direction=down&limit=2")
    assert (len(down["nodes"]), down["complete"]) == (2, False)
    assert {node["hops"] for node in api(site, "lineage/model/vicuna?depth=1")["nodes"]} == {1}
    table = as_table(site.get("/api/lineage/model/alpaca?via=weights&format=csv"))
    assert table[0] == ["hops", "id", "label", "kind", "from", "relation", "sources", "iri"]
    assert len(table) == 1 + sum(len(node["via"]) for node in found["nodes"])


@pytest.mark.parametrize("value", ["model/llama", "https://w3id.org/itgraph/model/llama", "LLaMA", "llama", " LLaMA"])
def test_a_saved_query_takes_an_entity_by_any_of_its_names(site: Site, value: str) -> None:
    found = api(site, f"queries/built-on?base={value.replace(' ', '%20')}")
    assert found["columns"] == ["model", "direct", "via"]
    assert found["total"] == len(found["items"]) > 10
    row = found["items"][0]
    assert row["direct"] is True
    assert row["via"] == {
        "id": "model/llama",
        "iri": "https://w3id.org/itgraph/model/llama",
        "label": "LLaMA",
        "page": "/model/llama.html",
    }


def test_each_form_of_query_is_answered(site: Site) -> None:
    assert api(site, "queries/any-loop") == {"query": "any-loop", "notices": [], "boolean": False}
    assert as_table(site.get("/api/queries/any-loop?format=csv")) == [["boolean"], ["false"]]
    bill = api(site, "queries/bill-of-materials?model=Alpaca&limit=1000")
    assert bill["columns"] == ["subject", "predicate", "object"]
    assert any(row["subject"]["id"] == "model/alpaca" for row in bill["items"])


def test_every_saved_query_answers_its_example_with_the_rows_of_the_store(site: Site, release_store: Store) -> None:
    listed = api(site, "queries?limit=1000")
    assert [item["name"] for item in listed["items"]] == sorted(load())
    for item in listed["items"]:
        reply = site.get(below(site, item["example"]), accept="application/json")
        assert reply.status == 200, (item["name"], reply.text)
    query = load()["most-built-upon"]
    told = as_table(site.get("/api/queries/most-built-upon?limit=1000&format=csv"))
    assert told[1:] == [[t.value if t else "" for t in row] for row in release_store.select(query.text)]


@pytest.mark.parametrize(
    ("path", "limit"), [("queries", 7), ("queries/built-on?base=LLaMA", 3), ("queries/who-says?model=Alpaca", 4)]
)
def test_the_links_lead_through_the_whole_list_once(site: Site, path: str, limit: int) -> None:
    sign = "&" if "?" in path else "?"
    whole = api(site, f"{path}{sign}limit=1000")
    assert set(whole["links"]) == {"first", "last"}
    walked: list[Any] = []
    following: str | None = f"/api/{path}{sign}limit={limit}"
    back = []
    while following is not None:
        reply = site.get(following, accept="application/json")
        part, header = json.loads(reply.body), links(reply)
        assert header == {**part["links"], "service-desc": f"{site.url}api/openapi.json"}
        assert 0 < len(part["items"]) <= limit
        assert ("prev" in header) == (walked != [])
        walked += part["items"]
        back.append(header.get("prev"))
        last, following = following, below(site, header["next"]) if "next" in header else None
    assert walked == whole["items"]
    assert len(walked) == whole["total"] > limit
    assert below(site, header["last"]) == last
    assert json.loads(site.get(below(site, back[1] or ""), accept="*/*").body)["items"] == whole["items"][:limit]


@pytest.mark.parametrize(
    ("path", "status", "parameter", "said"),
    [
        ("search", 400, "q", "is missing"),
        ("search?q=", 400, "q", "is empty"),
        ("search?q=%20", 400, "q", "not blank"),
        ("search?q=x&limit=0", 400, "limit", "an integer from 1 to 1000"),
        ("search?q=x&limit=1e2", 400, "limit", "an integer from 1 to 1000"),
        ("search?q=x&limit=", 400, "limit", "is empty"),
        ("search?q=x&limit=1&limit=2", 400, "limit", "give it once"),
        ("search?q=x&kind=modle", 400, "kind", "one of model, dataset"),
        ("search?q=x&lang=en", 400, "lang", "it takes format, kind, limit, q"),
        ("search?q=x&format=xml", 400, "format", "one of json, csv"),
        ("search?q=%FF", 400, None, "UTF-8"),
        ("queries/models-by-size?least=many", 400, "least", "an integer"),
        ("queries/built-on?base=Lama", 400, None, "did you mean model/llama"),
        ("queries/built-on?base=ShareGPT", 400, None, "parameter base"),
        ("queries/built-on?base=LLaMA&base=OPT", 400, "base", "give it once"),
        ("queries/datasets-by-construction?construction=robots&open=perhaps", 400, "open", "true or false"),
        ("queries/buil-on?base=LLaMA", 404, None, "did you mean /api/queries/built-on?"),
        ("lineage/model/alpca", 404, None, "did you mean model/alpaca"),
        ("lineage/person/yizhong-wang", 404, None, "kind is one of model, dataset"),
        ("serch", 404, None, "did you mean /api/search?"),
    ],
)
def test_what_is_wrong_is_named(site: Site, path: str, status: int, parameter: str | None, said: str) -> None:
    reply = site.get(f"/api/{path}", accept="application/json")
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    problem = json.loads(reply.body)
    assert problem.get("parameter") == parameter
    assert said in problem["detail"]


def test_a_browser_is_shown_json_or_a_page_that_says_what_to_do(site: Site) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert site.get("/api/search?q=llama", accept=browser).headers["content-type"] == "application/json"
    for path, accept, status in [("search?q=x&limit=0", browser, 400), ("search?q=llama", "text/html", 406)]:
        reply = site.get(f"/api/{path}", accept=accept)
        assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "add format=json" in reply.text


def test_answers_are_open_to_all_pages_and_kept(site: Site) -> None:
    reply = site.get("/api/search?q=llama", accept="application/json", Accept_Encoding="gzip")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Link" in reply.headers["access-control-expose-headers"]
    assert "Accept" in reply.headers["vary"]
    assert reply.headers["content-encoding"] == "gzip"
    again = site.get(
        "/api/search?q=llama", accept="application/json", Accept_Encoding="gzip", If_None_Match=reply.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    assert site.get("/api/search?q=llama&format=csv").headers["vary"] == "Accept-Encoding"


def test_a_release_without_an_index_says_so(small_site: Site) -> None:
    reply = small_site.get("/api/search?q=llama", accept="application/json")
    assert (reply.status, reply.problem) == (503, "not-ready")
    assert api(small_site, "queries/built-on?base=LLaMA")["total"] == 2


def test_the_document_is_one_of_openapi_and_is_pointed_to(site: Site) -> None:
    reply = site.get("/api/openapi.json", accept="*/*")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    document = json.loads(reply.body)
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    assert document["servers"][0]["url"] + "/" == site.url
    assert {f"/api/queries/{name}" for name in load()} < set(document["paths"])
    base = document["paths"]["/api/queries/built-on"]["get"]["parameters"][0]
    assert (base["name"], base["required"], base["example"]) == ("base", True, "model/llama")
    assert links(reply)["service-doc"] == f"{site.url}api"
    assert links(site.get("/api"))["service-desc"] == f"{site.url}api/openapi.json"
    assert site.get("/api", accept="application/json").headers["location"] == "/api/openapi.json"
    assert site.get("/api", accept="text/turtle").status == 406


def test_every_operation_stands_on_the_page_with_a_command_that_works(site: Site) -> None:
    page = site.page("/api")
    commands = [pre.text_content() for pre in page.iter("pre")]
    assert len(commands) == len(json.loads(site.get("/api/openapi.json").body)["paths"])
    for command in commands:
        found = re.fullmatch(r"curl '([^']+)'", command)
        assert found, command
        assert site.get(below(site, found[1]), accept="*/*").status == 200, command


@pytest.mark.parametrize(
    ("phases", "paths_of"),
    [
        ("examples,fuzzing", ""),
        # Every bound of every parameter; a saved query and a table of each sort stand for the others.
        ("coverage", "^/api/(search|lineage/.*|queries|queries/(built-on|models-by-size|any-loop)|technique)$"),
    ],
)
def test_generated_requests_are_answered_as_the_document_says(
    site: Site, tmp_path: Path, phases: str, paths_of: str
) -> None:
    paths = json.loads(site.get("/api/openapi.json").body)["paths"]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{site.url}api/openapi.json"),
        *(
            "--phases",
            phases,
            *(["--include-path-regex", paths_of] if paths_of else []),
            "--max-examples",
            "10",
            "--seed",
            "1",
            "--no-shrink",
        ),
        *("--checks", ",".join(CHECKS), "--no-color"),
    ]
    done = subprocess.run(
        command, check=False, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    # The server has closed the kept connection meanwhile.
    site.close()
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested, done.stdout
    assert int(tested[1]) == sum(re.search(paths_of, path) is not None for path in paths) >= 7


@pytest.mark.parametrize(
    ("query", "first", "said"),
    [
        ("q=LLaMA", "/model/llama.html", "All kinds"),
        ("q=alapca", "/model/alpaca.html", "Did you mean"),
        ("q=alpaca&kind=dataset", "/dataset/alpaca.html", "data set"),
        ("q=github:tatsu-lab/stanford_alpaca", "/dataset/alpaca.html", "also called github:tatsu-lab/stanford_alpaca"),
        ("q=IMDB&kind=model", None, "Nothing has this name among the models"),
        ("q=%3Cscript%3Ealert(1)%3C/script%3E", None, "<script>alert(1)</script>"),
    ],
)
def test_the_page_of_a_search_lists_what_is_found(site: Site, query: str, first: str | None, said: str) -> None:
    page = site.page(f"/search?{query}")
    found = page.xpath("//article//ol/li/a/@href")
    assert found[:1] == ([first] if first else [])
    assert said in page.text_content()
    assert page.xpath("//input[@id='page-search']/@value")
    assert not page.xpath("//script[not(@src)]")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("model/llama", "/model/llama.html"),
        ("https://w3id.org/itgraph/model/llama", "/model/llama.html"),
        ("hf:bigscience/bloomz", "/model/bloomz.html"),
        ("https://arxiv.org/pdf/2304.12244v2.pdf", "/paper/arxiv-2304.12244.html"),
    ],
)
def test_an_id_leads_straight_to_its_page(site: Site, text: str, page: str) -> None:
    reply = site.get(f"/search?q={text}")
    assert (reply.status, reply.headers["location"]) == (303, page)


def test_an_empty_search_says_what_can_be_found(site: Site) -> None:
    page = site.page("/search")
    assert "What can be found" in [heading.text_content() for heading in page.iter("h2")]
    assert len(page.xpath("//dl[@class='kinds']/div")) >= 10


def test_more_is_shown_to_who_asks(site: Site) -> None:
    few = site.page("/search?q=a")
    (more,) = few.xpath("//a[.='Show more']/@href")
    assert len(few.xpath("//article//ol/li")) == 20
    assert len(site.page(str(more)).xpath("//article//ol/li")) > 20
