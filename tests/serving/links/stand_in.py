"""A stand-in for Wikidata, as a program: two SPARQL endpoints and the API, on this machine, with faults on request.

It prints its address and serves until it is ended. ``POST /control/faults`` takes a list of faults, of which each
request gets the first that is meant for its path and has not been had ``times`` times; ``GET /control/log`` tells what
came; ``GET /control/wait?requests=3`` answers once as many have come; ``POST /control/reset`` forgets faults and log,
and lets go of those that are held.

Usage::

    python -m tests.serving.links.stand_in
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections.abc import Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
from tests.serving.links.wikibase import PREFIXES, Wikibase, load

HERE = Path(__file__).parent
RESULTS = "application/sparql-results+json"
JSON = "application/json; charset=utf-8"
LIMIT = 50
#: A waiting test gives up after as many seconds, and a held request goes on.
PATIENCE = 20.0
PAGE = b"<!DOCTYPE html><html><title>Wikimedia Error</title><p>Our servers are currently under maintenance.</html>"
TRACE = b"\njava.util.concurrent.TimeoutException\n\tat java.util.concurrent.FutureTask.get(FutureTask.java:205)\n"


class StandIn(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        properties = load(HERE / "properties.ttl")
        self.stores = {
            path: load(HERE / name, HERE / "properties.ttl")
            for path, name in (("/sparql", "main.ttl"), ("/scholarly/sparql", "scholarly.ttl"))
        }
        self.wikibase = Wikibase([*self.stores.values()], properties)
        self.changed = threading.Condition()
        self.reset()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep silent about clients that are gone: a test has ended them."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def reset(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.flying = self.most = 0
        self.generation = getattr(self, "generation", 0) + 1

    def fault_for(self, path: str) -> Mapping[str, Any]:
        for fault in self.faults:
            if fault.get("path") in (path, None):
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                elif fault.get("times", 1) > 0:
                    fault["times"] = fault.get("times", 1) - 1
                    return fault
        return {}


class Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"
    # Else the end of an answer waits 40 ms for what acknowledges its beginning.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.handle_request(b"")

    def do_POST(self) -> None:
        self.handle_request(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def handle_request(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/control/"):
            self.control(parts.path.removeprefix("/control/"), dict(parse_qsl(parts.query)), body)
            return
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        if self.headers.get_content_type() == "application/x-www-form-urlencoded":
            params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        server = self.server
        with server.changed:
            server.flying += 1
            server.most = max(server.most, server.flying)
            entry = {"path": parts.path, "method": self.command, "params": params, "in": time.monotonic(), "out": None}
            entry["agent"] = self.headers.get("User-Agent", "")
            entry["headers"] = dict(self.headers.items())
            server.log.append(entry)
            generation = server.generation
            fault = server.fault_for(parts.path)
            entry["fault"] = fault.get("fault", "")
            server.changed.notify_all()
        try:
            self.answer(parts.path, params, fault, generation)
        except ConnectionError:
            self.close_connection = True
        finally:
            with server.changed:
                if server.generation == generation:
                    server.flying -= 1
                entry["out"] = time.monotonic()

    def control(self, what: str, params: Mapping[str, str], body: bytes) -> None:
        server = self.server
        with server.changed:
            if what == "faults":
                server.faults += json.loads(body)
            elif what == "reset":
                server.reset()
                server.changed.notify_all()
            elif what == "wait":
                server.changed.wait_for(lambda: len(server.log) >= int(params["requests"]), PATIENCE)
            told = json.dumps({"requests": server.log, "most": server.most}).encode()
        self.reply(200, told, JSON)

    def answer(self, path: str, params: Mapping[str, str], fault: Mapping[str, Any], generation: int) -> None:
        kind = fault.get("fault", "")
        after = {"Retry-After": self.after(fault)} if "retry_after" in fault else {}
        if kind in ("slow", "hold"):
            with self.server.changed:
                released = lambda: self.server.generation != generation  # noqa: E731
                self.server.changed.wait_for(released, fault.get("seconds", PATIENCE))
        if kind == "hang-up":
            self.close_connection = True
        elif kind.isdecimal():
            self.reply(int(kind), fault.get("body", "busy\n").encode(), "text/plain", after)
        elif kind == "trickle":
            self.trickle(generation)
        elif kind == "html":
            self.reply(200, PAGE, "text/html; charset=utf-8")
        elif kind == "empty-body":
            self.reply(200, b"", RESULTS if path.endswith("sparql") else JSON)
        elif kind == "redirect":
            code = fault.get("status", 307)
            self.reply(code, b"", "text/plain", {"Location": fault.get("to", self.path)})
        elif kind == "maxlag" and path == "/w/api.php" and int(params.get("maxlag", 1 << 20)) < fault.get("lag", 7):
            lag = fault.get("lag", 7)
            error = {"code": "maxlag", "info": f"Waiting for a database server: {lag} seconds lagged.", "lag": lag}
            self.reply(200, document({"error": error}), JSON, after)
        elif kind == "api-error":
            error = {"code": fault["code"], "info": "An error, on request."}
            self.reply(200, document({"error": error, "servedby": "stand-in"}), JSON, after)
        elif not self.headers.get("User-Agent"):
            self.reply(403, b"Please set a user-agent.\n", "text/plain")
        else:
            status, whole, media_type = self.made(path, params)
            if kind == "no-rows":
                whole = b'{"head": {"vars": []}, "results": {"bindings": []}}'
            elif kind == "truncated":
                whole = whole[: len(whole) * 2 // 3]
            elif kind == "broken-off":
                whole = whole[: len(whole) * 2 // 3] + TRACE
            elif kind == "too-large":
                whole += b" " * fault["bytes"]
            elif kind == "all-missing" and "entities" in (said := json.loads(whole)):
                whole = document(
                    {"entities": {one: {"id": one, "missing": ""} for one in said["entities"]}, "success": 1}
                )
            elif kind == "replace":
                whole = whole.replace(fault["old"].encode(), fault["new"].encode())
            elif kind == "leave-out":
                entities = json.loads(whole)["entities"]
                whole = document({"entities": dict([*entities.items()][1:]), "success": 1})
            self.reply(status, whole, media_type, cut=kind == "cut-off")

    def trickle(self, generation: int) -> None:
        """Send a byte of an endless answer now and then, so that no single read takes long."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.close_connection = True
        # The start of a gzip file, whose header has a comment that does not end (RFC 1952, section 2.3).
        self.wfile.write(bytes([31, 139, 8, 16, 0, 0, 0, 0, 0, 255]))
        while self.server.generation == generation:
            self.wfile.write(b"x")
            time.sleep(0.02)

    @staticmethod
    def after(fault: Mapping[str, Any]) -> str:
        """Return Retry-After as it was given, or so many seconds from now as a date."""
        given = str(fault["retry_after"])
        return formatdate(time.time() + float(given[1:]), usegmt=True) if given.startswith("@") else given

    def made(self, path: str, params: Mapping[str, str]) -> tuple[int, bytes, str]:
        """Return status, body and media type of an answer without fault."""
        if path in self.server.stores:
            return self.rows(self.server.stores[path], params)
        if path != "/w/api.php":
            return 404, b"<html>no such page</html>", "text/html"
        action = {"wbgetentities": self.entities, "wbsearchentities": self.hits}.get(params.get("action", ""))
        if action is None or params.get("format") != "json":
            return 200, document({"error": {"code": "badvalue", "info": "Unrecognized value."}}), JSON
        return 200, document(action(params)), JSON

    def rows(self, store: ox.Store, params: Mapping[str, str]) -> tuple[int, bytes, str]:
        try:
            answer = store.query(params["query"], prefixes=PREFIXES)
            if not isinstance(answer, ox.QuerySolutions):
                raise ValueError("only SELECT is asked here")
            whole = answer.serialize(format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, KeyError) as error:
            said = f"SPARQL-QUERY: queryStr={params.get('query')}\norg.openrdf.query.MalformedQueryException: {error}\n"
            return 400, said.encode(), "text/plain"
        return 200, whole or b"", f"{RESULTS};charset=utf-8"

    def entities(self, params: Mapping[str, str]) -> dict[str, Any]:
        ids = params.get("ids", "").split("|")
        if len(ids) > LIMIT:
            info = f'Too many values supplied for parameter "ids". The limit is {LIMIT}.'
            return {"error": {"code": "toomanyvalues", "info": info, "parameter": "ids", "limit": LIMIT}}
        for id_ in ids:
            if not (id_[:1] == "Q" and id_[1:].isdecimal()):
                info = f'Could not find an entity with the ID "{id_}".'
                return {"error": {"code": "no-such-entity", "info": info, "id": id_}}
        entities = {id_: self.server.wikibase.entity(id_) for id_ in ids}
        languages = params["languages"].split("|") if "languages" in params else None
        for entity in entities.values():
            for part in ("labels", "descriptions", "aliases"):
                if languages is not None and isinstance(entity.get(part), dict):
                    entity[part] = {code: text for code, text in entity[part].items() if code in languages} or []
        return {"entities": entities, "success": 1}

    def hits(self, params: Mapping[str, str]) -> dict[str, Any]:
        text, limit = params.get("search", ""), int(params.get("limit", 7))
        if not text or limit > LIMIT:
            return {"error": {"code": "missingparam", "info": 'The "search" parameter must be set.'}}
        found = self.server.wikibase.search(text, params.get("language", "en"), limit)
        return {"searchinfo": {"search": text}, "search": found, "success": 1}

    def reply(
        self, status: int, body: bytes, media_type: str, headers: Mapping[str, str] | None = None, *, cut: bool = False
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if "gzip" in self.headers.get("Accept-Encoding", "") and body:
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body, 1)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


def document(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).encode()


if __name__ == "__main__":
    with StandIn() as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.05)
