"""Everything but ``/sparql``: the pages, the descriptions, the downloads, and what an operator looks at.

Part of the endpoint, an ASGI application above ``service`` and below ``server``. None of it evaluates a query here;
the pages are made by workers (``pages``).

Example::

    create_app(service, "http://127.0.0.1:8080/")
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from itgraph.endpoint.cache import Reply
from itgraph.endpoint.metrics import exposition
from itgraph.endpoint.negotiation import Offer, best, encoding
from itgraph.endpoint.pages import Pages
from itgraph.endpoint.problems import Problem
from itgraph.endpoint.refusals import Refusals
from itgraph.endpoint.releases import Serving
from itgraph.endpoint.replies import CORS, FRESH, NO_STORE, refusal
from itgraph.endpoint.service import Service
from itgraph.site.assets import Assets

__all__ = ["create_app"]

METHODS = ["GET", "HEAD"]
PLAIN_OR_HTML = (Offer("text", "text/plain"), Offer("html", "text/html"))
#: https://www.rfc-editor.org/rfc/rfc8246
FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")
TEXT = (b"content-type", b"text/plain; charset=utf-8")
EXPOSITION = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
#: The file of a release that can be had, by its name in the address.
DUMPS: Mapping[str, str] = {"itgraph.nq": "application/n-quads"}


def create_app(service: Service, url: str) -> ASGIApp:
    """Return the application, which the world sees at ``url``."""
    assets = Assets.load()
    pages = Pages(service, assets.digest)
    refusals = Refusals(service, assets, url)

    async def page(request: Request) -> Reply:
        accept, none_match = conditions(request)
        return await pages.answer(
            # Not those of request.url, which reads a path with %3F in it as one with a query.
            request.scope["path"],
            request.scope["query_string"].decode("latin-1"),
            accept,
            request.headers.get("accept-encoding"),
            none_match,
            service.client(request.client.host if request.client else "", request.headers.raw),
        )

    async def front_page(request: Request) -> Reply:
        accept, none_match = conditions(request)
        if best(accept, PLAIN_OR_HTML) is PLAIN_OR_HTML[0]:
            return serving(service).documents.front_page(none_match)
        return await page(request)

    async def static(request: Request) -> Reply:
        return asset(assets, request)

    async def not_found(request: Request, _: Exception) -> Response:
        problem = Problem(404, "not-found", "there is nothing at this address")
        return response(refusals.reply(problem, request.headers.get("accept")))

    async def catalogue(request: Request) -> Reply:
        return serving(service).documents.catalogue(*conditions(request))

    async def void(request: Request) -> Reply:
        return serving(service).documents.void(*conditions(request))

    async def dump(request: Request) -> Response:
        name = request.path_params["name"]
        current = serving(service)
        if name not in DUMPS:
            raise Problem(404, "not-found", f"there is no {name} among the downloads", hint="see /dump")
        if not (current.folder / name).is_file():
            raise Problem(503, "busy", "a new release takes its place", headers={"Retry-After": "1"})
        headers = {header.decode(): value.decode() for header, value in CORS}
        return FileResponse(current.folder / name, media_type=DUMPS[name], headers=headers)

    async def healthz(_: Request) -> Reply:
        return Reply(200, (*CORS, NO_STORE, TEXT), b"alive\n")

    async def readyz(_: Request) -> Reply:
        if not serving(service).pool.processes():
            raise Problem(503, "not-ready", "no worker is ready", headers={"Retry-After": "1"})
        return Reply(200, (*CORS, NO_STORE, TEXT), b"ready\n")

    async def metrics(_: Request) -> Reply:
        return Reply(200, (*CORS, NO_STORE, EXPOSITION), exposition(service.metrics, service.gauges()))

    routes: Mapping[str, Callable[[Request], Awaitable[Reply | Response]]] = {
        "/": front_page,
        "/.well-known/void": void,
        "/dump": catalogue,
        "/dump/{name}": dump,
        "/healthz": healthz,
        "/metrics": metrics,
        "/readyz": readyz,
        "/static/{digest}/{name:path}": static,
        "/{path:path}": page,
    }
    app = Starlette(
        routes=[Route(path, answering(made, refusals), methods=METHODS) for path, made in routes.items()],
        exception_handlers={404: not_found, 405: not_allowed, Exception: mistake},
    )
    app.router.redirect_slashes = False
    return app


def answering(
    made: Callable[[Request], Awaitable[Reply | Response]], refusals: Refusals
) -> Callable[[Request], Awaitable[Response]]:
    """Return a route: a reply or a problem becomes a response."""

    async def answer(request: Request) -> Response:
        try:
            reply = await made(request)
        except Problem as problem:
            reply = refusals.reply(problem, request.headers.get("accept"))
        return reply if isinstance(reply, Response) else response(reply)

    return answer


def response(reply: Reply) -> Response:
    made = Response(reply.body, reply.status)
    made.raw_headers = list(reply.headers)
    return made


def conditions(request: Request) -> tuple[str | None, bytes | None]:
    """Return the headers Accept and If-None-Match, each as one where it was sent in parts."""
    accept = ", ".join(request.headers.getlist("accept")) or None
    none_match = ", ".join(request.headers.getlist("if-none-match")) or None
    return accept, None if none_match is None else none_match.encode("latin-1")


def asset(assets: Assets, request: Request) -> Reply:
    """Return a file of style or scripts. Its address changes with it, and so it may be kept for good.

    Raises:
        Problem: 404, there is none of that name.
    """
    found = assets.files.get(request.path_params["name"])
    if found is None:
        raise Problem(404, "not-found", f"there is no {request.scope['path']} here")
    compression = encoding(request.headers.get("accept-encoding"))
    lasting = request.path_params["digest"] == assets.digest
    headers = (
        *CORS,
        (b"vary", b"Accept-Encoding"),
        FOR_GOOD if lasting else FRESH,
        (b"content-type", found.content_type.encode()),
        *([] if compression is None else [(b"content-encoding", compression.encode())]),
    )
    return Reply(200, headers, found.encoded(compression))


def serving(service: Service) -> Serving:
    """Return the release that is being served.

    Raises:
        Problem: there is none yet.
    """
    if service.serving is None:
        raise Problem(503, "not-ready", "no release is open yet", headers={"Retry-After": "1"})
    return service.serving


async def mistake(request: Request, _: Exception) -> Response:
    problem = Problem(500, "internal", "this should not have happened", hint="please tell the maintainers")
    return response(refusal(problem, request.headers.get("accept")))


async def not_allowed(request: Request, _: Exception) -> Response:
    allowed = ", ".join(METHODS)
    problem = Problem(405, "method", f"use one of {allowed}", headers={"Allow": allowed})
    return response(refusal(problem, request.headers.get("accept")))
