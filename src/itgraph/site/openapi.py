"""The REST interface described for programs: an OpenAPI 3.1 document, made of the operations themselves.

Part of the site, beside ``rest``. Nothing is described here that the declaration of an operation does not say; what
all answers have in common (problems, headers) stands here once. https://spec.openapis.org/oas/v3.1.1.html

Example: ``/api/openapi.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itgraph import __version__
from itgraph.dataset import DESCRIPTION
from itgraph.endpoint.problems import NAMESPACE, PROBLEM_JSON, TYPES
from itgraph.site.operations import FORMAT, Operation, Parameter, Schema
from itgraph.site.paging import LIMIT, OFFSET
from itgraph.site.response import JSON, Page, Request
from itgraph.site.rest import TAGS, as_json

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["document", "openapi"]

ABOUT = (
    f"{DESCRIPTION}\n\nEvery operation is a GET and answers in JSON or, with `format=csv` or `Accept: text/csv`, in "
    "CSV. Lists come in parts: `limit` and `offset` choose one, and the links of the `Link` header (RFC 8288), which "
    "the JSON says again as `links`, lead to the others. Answers carry an `ETag`; sent back as `If-None-Match`, it "
    "costs a 304 where nothing is new. A parameter that is not listed is refused. Any web page may ask (CORS)."
)
PROBLEM: Schema = {
    "type": "object",
    "description": "Why there is no answer (RFC 9457).",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Which kind of problem it is.",
            "enum": [NAMESPACE + kind for kind in TYPES],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do about it, in one line."},
        "parameter": {"type": "string", "description": "The parameter that is wrong, where one is."},
        "limit": {"type": "string", "description": "The limit that was hit, where one was."},
    },
    "required": ["type", "title", "status", "detail"],
}
#: The responses that any operation may have instead of an answer, by their status, with an example of the detail.
REFUSALS = {
    400: ("BadRequest", "bad-request", "A parameter is unknown, missing, given too often, or not what it takes.",
          "the parameter limit is '0' — it takes an integer from 1 to 1000"),
    404: ("NotFound", "not-found", "There is nothing at this address.",
          "nothing is said about model/alpca here — did you mean model/alpaca?"),
    406: ("NotAcceptable", "not-acceptable", "The Accept header takes neither JSON nor CSV.",
          "the answer can be had as application/json, text/csv"),
    410: ("Gone", "gone", "The id was given up.",
          "model/alpaca-0 was given up — the search may find what stands in its place"),
    414: ("TooLong", "query-too-long", "The address is too long.",
          "the address is longer than the 16384 bytes that a GET may have"),
    422: ("TooLarge", "answer-too-large", "The answer is larger than an answer may be.",
          "the answer has more than 100,000 triples — ask for less, with LIMIT, or take the dump"),
    429: ("TooMany", "too-many-queries", "Too many requests of one client at once.",
          "you have 4 queries running or waiting here, which is the most — wait for one of them"),
    503: ("Busy", "busy", "The server is busy, or not ready.",
          "too many queries are waiting — try again in a moment"),
    504: ("TimeLimit", "time-limit", "The answer took too long.",
          "no answer within 10 s — ask for less, or more exactly; a LIMIT alone may not help"),
}  # fmt: skip
#: Those that only operations have whose address may name nothing.
OF_MISSING = frozenset({404, 410})
WITH_RETRY = frozenset({429, 503})
#: The parameters that many operations have.
SHARED = (LIMIT, OFFSET, FORMAT)


def openapi(site: Site, _: Request) -> Page:
    """Return the document."""
    link = f'<{site.addresses.url}api>; rel="service-doc"; type="text/html"'
    return Page(as_json(document(site)), JSON, headers=(("link", link),))


def document(site: Site) -> dict[str, Any]:
    """Return the document as plain data."""
    used = dict.fromkeys(operation.tag for operation in site.operations)
    schemas: dict[str, Schema] = {"Problem": PROBLEM}
    paths = {operation.path: {"get": described(site, operation, schemas)} for operation in site.operations}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "itgraph",
            "summary": "The lineage of instruction-tuned language models, by REST.",
            "description": ABOUT,
            "version": __version__,
            "license": {"name": "Creative Commons Attribution 4.0 International", "identifier": "CC-BY-4.0"},
        },
        "externalDocs": {"description": "The operations for people", "url": f"{site.addresses.url}api"},
        "servers": [{"url": site.addresses.url.rstrip("/"), "description": "This server"}],
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in used],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {shared.name: parameter(shared) for shared in SHARED},
            "headers": HEADERS,
            "responses": {
                "NotModified": {
                    "description": "What was answered before still holds.",
                    "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
                },
                **{refusal[0]: refused(status) for status, refusal in REFUSALS.items()},
            },
        },
    }


HEADERS: dict[str, Schema] = {
    "ETag": {
        "description": "Changes with the release, the server and what is asked.",
        "schema": {"type": "string"},
        "required": True,
    },
    "Link": {
        "description": "Typed links (RFC 8288): `first`, `prev`, `next` and `last` of a list, and `service-desc`.",
        "schema": {"type": "string"},
        "required": True,
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}


def described(site: Site, operation: Operation, schemas: dict[str, Schema]) -> dict[str, Any]:
    """Return the description of an operation; the schemas of what has a name go to the others."""
    refusals = [status for status in REFUSALS if operation.may_miss or status not in OF_MISSING]
    return {
        "operationId": operation.identifier,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "externalDocs": {"description": "As a page", "url": site.addresses.url + operation.page},
        "parameters": [
            {"$ref": f"#/components/parameters/{declared.name}"} if declared in SHARED else parameter(declared)
            for declared in operation.taken
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "Link")},
                "content": {
                    JSON: {"schema": by_name(operation.schema, schemas)},
                    "text/csv": {"schema": {"type": "string", "description": "CSV with a header (RFC 4180)."}},
                },
            },
            "304": {"$ref": "#/components/responses/NotModified"},
            **{str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"} for status in refusals},
        },
    }


def by_name(schema: Any, schemas: dict[str, Schema]) -> Any:
    """Return a schema with a reference in the place of each part that has a title, which goes to the named ones.

    >>> kept = {}
    >>> by_name({"type": "array", "items": {"title": "Hit", "type": "string"}}, kept), kept
    ({'type': 'array', 'items': {'$ref': '#/components/schemas/Hit'}}, {'Hit': {'type': 'string'}})
    """
    if isinstance(schema, list):
        return [by_name(part, schemas) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: by_name(part, schemas) for key, part in schema.items() if key != "title" or isinstance(part, dict)}
    if not isinstance(name := schema.get("title"), str):
        return told
    schemas[name] = told
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(declared: Parameter) -> dict[str, Any]:
    """Return the description of a parameter."""
    told: dict[str, Any] = {
        "name": declared.name,
        "in": declared.place,
        "description": declared.description,
        "required": declared.required,
        "schema": declared.schema(),
    }
    if declared.several:
        told |= {"style": "form", "explode": True}
    if declared.example is not None:
        told["example"] = [declared.example] if declared.several else declared.example
    return told


def refused(status: int) -> dict[str, Any]:
    """Return the description of a response that is no answer."""
    _, kind, what, detail = REFUSALS[status]
    example = {"type": NAMESPACE + kind, "title": TYPES[kind], "status": status, "detail": detail}
    text = {"schema": {"type": "string"}}
    told: dict[str, Any] = {
        "description": what,
        "content": {
            PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
            "text/html": text,
            "text/plain": text,
        },
    }
    return told | (
        {"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if status in WITH_RETRY else {}
    )
