"""The way out for queries that may ask other endpoints: from the private network of the workers to named addresses.

Part of the endpoint, beside ``server``; only there with ``--allow-service``. The workers live in a network that holds
nothing but this (``sandbox.private_network``). What they send to ``/0`` goes to the first allowed endpoint, ``/1`` to
the second; nothing else leads anywhere. Redirects are not followed, and what comes back is bounded.

Example::

    forwarder = Forwarder(["https://query.wikidata.org/sparql"], Limits())
    forwarder.listen(network)
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from itgraph import __version__
from itgraph.endpoint.limits import Limits, size

__all__ = ["Forwarder"]

#: Seconds in which an endpoint must be reached.
CONNECT = 5.0
#: What goes along, and what comes back.
SENT, RETURNED = ("accept", "content-type"), ("content-type",)


class Forwarder:
    """Forwards queries to the endpoints that an operator allows, by their place in the list."""

    def __init__(self, services: Sequence[str], limits: Limits) -> None:
        self._services = list(services)
        self._limits = limits
        self._servers: list[asyncio.Server] = []
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(limits.max_seconds, connect=min(CONNECT, limits.max_seconds)),
            headers={"User-Agent": f"itgraph/{__version__} (SPARQL federation)"},
            follow_redirects=False,
        )
        routes = [Route("/{place:int}", self._forward, methods=["GET", "POST"])]
        self._config = uvicorn.Config(Starlette(routes=routes), lifespan="off", ws="none", log_config=None)
        self._config.load()
        self._opening: set[asyncio.Task[None]] = set()

    def listen(self, network: socket.socket) -> None:
        """Serve the workers of the network in which this socket listens."""
        task = asyncio.get_running_loop().create_task(self._listen(network.dup()))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def close(self) -> None:
        """Stop listening and hang up."""
        for server in self._servers:
            server.close()
        await self._client.aclose()

    async def _listen(self, network: socket.socket) -> None:
        state = ServerState()
        self._servers.append(
            await asyncio.get_running_loop().create_server(
                lambda: HttpToolsProtocol(self._config, state, {}), sock=network
            )
        )

    async def _forward(self, request: Request) -> Response:
        place = request.path_params["place"]
        if place >= len(self._services):
            return Response("no such endpoint", 404)
        headers = {name: request.headers[name] for name in SENT if name in request.headers}
        address = httpx2.URL(self._services[place], query=request.url.query.encode() or None)
        try:
            async with self._client.stream(
                request.method, address, content=await request.body(), headers=headers
            ) as response:
                body = await self._bounded(response)
        except httpx2.HTTPError as error:
            return Response(f"{self._services[place]} does not answer: {error}", 502)
        if body is None:
            return Response(f"{self._services[place]} answers with more than {size(self._limits.max_bytes)}", 502)
        returned = {name: response.headers[name] for name in RETURNED if name in response.headers}
        return Response(body, response.status_code, returned)

    async def _bounded(self, response: httpx2.Response) -> bytes | None:
        """Return the body, or None where it is larger than an answer may be."""
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._limits.max_bytes:
                return None
        return bytes(body)
