"""The endpoint as an ASGI application: routes, statuses and headers.

Part of the endpoint: above ``protocol``, ``negotiation`` and ``evaluation``, below ``server``.

Example::

    uvicorn.run(create_app(Store.open()))
"""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from itgraph.endpoint import landing
from itgraph.endpoint.evaluation import Formats, evaluate_aside
from itgraph.endpoint.negotiation import GRAPHS, SOLUTIONS, Offer, best
from itgraph.endpoint.protocol import Refused, read_request
from itgraph.errors import InputError, NetworkError, UsageError
from itgraph.store import Store

__all__ = ["create_app"]

# Any page may ask: the data is public and there are no credentials (https://fetch.spec.whatwg.org/#http-cors-protocol).
CORS = {"Access-Control-Allow-Origin": "*"}
METHODS = {"/": "GET, HEAD", "/sparql": "GET, HEAD, POST, OPTIONS"}
PREFLIGHT = CORS | {
    "Access-Control-Allow-Methods": METHODS["/sparql"],
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}
PAGES = (Offer("text", "text/plain"), Offer("html", "text/html"), Offer("html", "application/xhtml+xml", alias=True))


def create_app(store: Store) -> Starlette:
    """Return the application that serves a release at ``/sparql`` and says at ``/`` what it is."""

    async def sparql(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT | {"Allow": PREFLIGHT["Access-Control-Allow-Methods"]})
        return await answer(store, request)

    async def root(request: Request) -> Response:
        page = best(request.headers.get("accept"), PAGES) or PAGES[0]
        url = str(request.url.replace(path="/sparql", query=""))
        if page.form == "html":
            return HTMLResponse(landing.as_html(store.manifest, url), headers=CORS | {"Vary": "Accept"})
        return PlainTextResponse(landing.as_text(store.manifest, url), headers=CORS | {"Vary": "Accept"})

    answers = {"/": root, "/sparql": sparql}
    app = Starlette(
        # With a slash at the end it is the same endpoint: a browser takes no redirection of a preflight request.
        routes=[
            Route(path, answers[name], methods=METHODS[name].split(", "))
            for path, name in (("/", "/"), ("/sparql", "/sparql"), ("/sparql/", "/sparql"))
        ],
        exception_handlers={404: not_found, 405: not_allowed},
    )
    app.router.redirect_slashes = False
    return app


async def answer(store: Store, request: Request) -> Response:
    """Return the answer to a query, or the refusal (SPARQL 1.1 Protocol, section 2.1.6 and 2.1.7)."""
    accept = ", ".join(request.headers.getlist("accept")) or None
    solutions, graph = best(accept, SOLUTIONS), best(accept, GRAPHS)
    if solutions is None and graph is None:
        return not_acceptable((*SOLUTIONS, *GRAPHS))
    try:
        content_type = request.headers.get("content-type", "")
        query = read_request(request.method, request.url.query, content_type, await request.body())
        formats = Formats(solutions.form if solutions else None, graph.form if graph else None)
        evaluated = await evaluate_aside(store, query, formats)
    except Refused as error:
        return problem(error.status, error.message)
    except (InputError, UsageError) as error:
        return problem(400, str(error))
    except NetworkError as error:
        return problem(502, str(error))
    except asyncio.CancelledError:
        # The server closes down and does not wait for the query; swallowed, since this is the task's last act.
        return problem(503, "the server is closing down")
    except ClientDisconnect:
        return problem(400, "the client went away before it had sent the query")
    offer = graph if evaluated.is_graph else solutions
    if evaluated.body is None or offer is None:
        return not_acceptable(GRAPHS if evaluated.is_graph else SOLUTIONS)
    headers = CORS | {"Vary": "Accept", "Content-Type": offer.content_type}
    return Response(evaluated.body, headers=headers)


def problem(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(message + "\n", status_code=status, headers=CORS | (headers or {}))


async def not_allowed(request: Request, _: Exception) -> Response:
    methods = METHODS[request.url.path.rstrip("/") or "/"]
    return problem(405, f"use one of {methods}", {"Allow": methods})


def not_acceptable(offers: tuple[Offer, ...]) -> Response:
    names = dict.fromkeys(offer.media_type for offer in offers if not offer.alias)
    return problem(406, f"the answer can be had as {', '.join(names)}", {"Vary": "Accept"})


async def not_found(request: Request, _: Exception) -> Response:
    return problem(404, f"there is no {request.url.path} here; the page at / says what there is")
