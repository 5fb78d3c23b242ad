"""A SPARQL endpoint on another machine, behind the same seam as the store: the client of the SPARQL 1.1 Protocol.

Serve side, beside the store. What arrives is checked before it is used: a web page, half an answer, silence and a
closed door each become one line that names the endpoint. https://www.w3.org/TR/sparql11-protocol/#query-operation

Example::

    with RemoteStore.open("http://127.0.0.1:8080/sparql") as store:
        for model, base in store.select("SELECT ?m ?b WHERE { ?m itg:basedOn ?b }"):
            print(model, base)
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from itgraph import __version__
from itgraph.errors import InputError, LimitError, NetworkError, UsageError
from itgraph.lineage_format import printable
from itgraph.namespaces import BASE
from itgraph.prologue import form_of, with_prologue
from itgraph.refusal import LIMITS, PROBLEM_JSON, refusal

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

    from itgraph.sparql import Row

__all__ = ["RemoteAnswer", "RemoteStore", "is_url"]

#: The triples of a graph arrive as a list: unlike the store, a parser cannot make the engine's own type.
RemoteAnswer: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]

#: Seconds that an endpoint may take for an answer, unless the caller says otherwise.
PATIENCE = 60.0
CONNECT = 10.0
#: The largest answer that is read, in bytes without compression.
MOST_BYTES = 512 * 1024 * 1024
#: Longer queries go by POST: RFC 9110, section 4.1, asks servers for 8000 octets of URL, and proxies allow less.
LONGEST_URL = 2000
#: What a busy server or the proxy before it says; asked again once, after a pause that it may name (in seconds).
BUSY = frozenset({429, 502, 503, 504})
PAUSE, LONGEST_PAUSE = 0.5, 5.0

# Of each kind the formats that keep the terms as they are, the cheapest to read first. CSV does not keep them.
SOLUTIONS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
# Names that are not asked for and yet come.
ALSO_SOLUTIONS = {
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
ALSO_TRIPLES = {
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
}


def is_url(text: str) -> bool:
    """Tell whether the text is the address of an endpoint and not a folder."""
    return text.lower().startswith(("http://", "https://"))


class RemoteStore:
    """An endpoint, to be asked like a store and from several threads at once."""

    def __init__(self, url: httpx2.URL, client: httpx2.Client, base: str, timeout: float) -> None:
        self._url = url
        self._client = client
        self._timeout = timeout
        self.base = base
        #: The address as messages show it.
        self.name = printable(str(url))
        self._finalizer = weakref.finalize(self, client.close)

    @classmethod
    def open(cls, url: str, *, timeout: float = PATIENCE, base: str = BASE) -> RemoteStore:
        """Make ready to ask an endpoint; nothing is sent yet.

        Args:
            url: the address of the endpoint itself, such as ``http://127.0.0.1:8080/sparql``.
            timeout: seconds that one answer may take.
            base: the IRI below which the entities live there.

        Raises:
            UsageError: not an address of http or https.
        """
        import httpx2

        example = "give the address of an endpoint, such as http://127.0.0.1:8080/sparql"
        try:
            address = httpx2.URL(url)
        except httpx2.InvalidURL as error:
            raise UsageError(f"not an address: {printable(url)}: {error}", hint=example) from error
        if address.scheme not in ("http", "https") or not address.host:
            raise UsageError(f"not an address of http or https: {printable(url)}", hint=example)
        client = httpx2.Client(
            # Apart from the address, which logs and error lines show.
            auth=(address.username, address.password) if address.userinfo else None,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT)),
            follow_redirects=True,
            headers={"User-Agent": f"itgraph/{__version__}"},
        )
        return cls(address.copy_with(userinfo=b""), client, base, timeout)

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._finalizer()

    def query(self, text: str, *, path: str | os.PathLike[str] | None = None) -> RemoteAnswer:
        """Answer a query; an answer is read to its end and parsed before anything of it is returned.

        The project's prefixes and ``<model/llama>`` mean the same as in a release: what the query uses of them and
        does not declare is declared for it, on its first line. Otherwise the text is sent as it is.

        Args:
            text: the query.
            path: where the text was read from, for the error line.

        Raises:
            InputError: the endpoint refuses the query (400, section 2.2.2 of the protocol).
            NetworkError: no answer, not in time, or none that is the result of a query.
            LimitError: the answer is larger than can be read.
        """
        form = form_of(text)
        media_type, body = self._ask(with_prologue(text, self.base), form, path)
        graph = form in ("CONSTRUCT", "DESCRIBE") if form else media_type in TRIPLES
        try:
            if graph and (syntax := (TRIPLES | ALSO_TRIPLES).get(media_type)) is not None:
                return [quad.triple for quad in ox.parse(body, format=syntax, base_iri=str(self._url), lenient=True)]
            if not graph and (results := (SOLUTIONS | ALSO_SOLUTIONS).get(media_type)) is not None:
                return results_of(body, results, form)
        except (SyntaxError, ValueError) as error:
            raise NetworkError(f"the answer of {self.name} cannot be read: {one_line(str(error))}") from error
        raise self._not_results(media_type)

    def select(self, text: str) -> Iterator[Row]:
        """Yield the solutions of a SELECT query, each as the terms in the order of its variables.

        Raises:
            InputError: the endpoint refuses the query, or it is not a SELECT.
            NetworkError: no answer, not in time, or none that is the result of a query.
        """
        answer = self.query(text)
        if not isinstance(answer, ox.QuerySolutions):
            raise InputError("not a SELECT query")
        for solution in answer:
            yield tuple(solution)

    def _ask(self, text: str, form: str | None, path: str | os.PathLike[str] | None) -> tuple[str, bytes]:
        """Send the query, a second time where the server was busy or hung up, and return media type and body."""
        import httpx2

        request = self._request(text, form)
        deadline = time.monotonic() + self._timeout
        for last in (False, True):
            try:
                response, body = self._send(request, deadline)
            except httpx2.TimeoutException as error:
                raise self._too_slow() from error
            except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
                if last:
                    raise NetworkError(f"{self.name} breaks off: {one_line(str(error))}", hint="try later") from error
                pause = PAUSE
            except (httpx2.RequestError, httpx2.InvalidURL) as error:
                hint = "is the address right, and does the endpoint run?"
                raise NetworkError(f"{self.name} cannot be reached: {one_line(str(error))}", hint=hint) from error
            else:
                wait = pause_of(response)
                if wait is None or wait > LONGEST_PAUSE or last:
                    self._check(response, body, path)
                    return media_type_of(response), body
                pause = wait
            if time.monotonic() + pause > deadline:
                raise self._too_slow()
            time.sleep(pause)
        raise AssertionError("the second attempt returns or raises")

    def _request(self, text: str, form: str | None) -> httpx2.Request:
        """Return the request: by GET, else as a form (sections 2.1.1 and 2.1.2)."""
        wanted = [*SOLUTIONS] if form in ("SELECT", "ASK") else [*TRIPLES]
        if form is None:
            wanted = [*SOLUTIONS, *TRIPLES]
        accept = ", ".join(f"{name};q={1 - place / 10:.1f}" for place, name in enumerate(wanted))
        url = self._url.copy_merge_params({"query": text})
        if len(str(url)) <= LONGEST_URL:
            return self._client.build_request("GET", url, headers={"Accept": accept})
        return self._client.build_request("POST", self._url, data={"query": text}, headers={"Accept": accept})

    def _send(self, request: httpx2.Request, deadline: float) -> tuple[httpx2.Response, bytes]:
        """Return the response with its body, which is read in pieces so that neither size nor time is without end."""
        response = self._client.send(request, stream=True)
        try:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    hint = "ask for less, with LIMIT"
                    raise LimitError(f"the answer of {self.name} is larger than {MOST_BYTES >> 20} MiB", hint=hint)
                if time.monotonic() > deadline:
                    raise self._too_slow()
        finally:
            response.close()
        return response, bytes(body)

    def _check(self, response: httpx2.Response, body: bytes, path: str | os.PathLike[str] | None) -> None:
        """Raise what a status other than 200 means (section 2.2 of the protocol)."""
        status = response.status_code
        if status == 200:
            return
        said, kind = refusal(media_type_of(response), body)
        if kind in LIMITS:
            raise LimitError(f"{self.name}: {said}")
        if status == 400:
            what = f"{self.name} refuses the query"
            raise InputError(f"{what}: {said}" if said else what, hint=None if said else "check it", path=path)
        what = f"{self.name} answers with HTTP {status} {response.reason_phrase}".rstrip()
        if status in BUSY:
            hint = "it is busy or out of order: try later"
        elif status in (401, 403):
            hint = "it lets in only who has a login"
        else:
            hint = "is this the address of the endpoint? It often ends in /sparql" if status < 500 else "try later"
        raise NetworkError(f"{what}: {said}" if said else what, hint=hint)

    def _not_results(self, media_type: str) -> NetworkError:
        kind = "a web page" if media_type in ("text/html", "application/xhtml+xml") else media_type or "no media type"
        hint = "give the address of the endpoint itself, which often ends in /sparql"
        return NetworkError(f"{self.name} answers with {kind}, not with the results of a query", hint=hint)

    def _too_slow(self) -> NetworkError:
        return NetworkError(f"{self.name} has not answered within {self._timeout:g} seconds", hint="try later")


def results_of(body: bytes, syntax: ox.QueryResultsFormat, form: str | None) -> ox.QuerySolutions | ox.QueryBoolean:
    """Parse solutions or a truth value; rows are parsed as they are read, so all are read once to find a half answer.

    Raises:
        SyntaxError, ValueError: it is not in that format, breaks off, or answers another form of query.
    """
    answer = ox.parse_query_results(body, format=syntax)
    try:
        if form is not None and isinstance(answer, ox.QueryBoolean) != (form == "ASK"):
            raise ValueError(f"it is not that of {form}")
        if isinstance(answer, ox.QueryBoolean):
            return answer
        for _ in answer:
            pass
    finally:
        # The frames of an error may be dropped by any thread, and the engine's rows only by this one.
        del answer
    return ox.parse_query_results(body, format=syntax)


def media_type_of(response: httpx2.Response) -> str:
    return printable(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def pause_of(response: httpx2.Response) -> float | None:
    """Return how long to wait before asking again, or None where that is of no use (RFC 9110, section 10.2.3)."""
    after = response.headers.get("retry-after", "")
    if response.status_code not in BUSY or (not after and media_type_of(response) == PROBLEM_JSON):
        return None
    return max(PAUSE, float(after)) if after.isascii() and after.isdecimal() else PAUSE


def one_line(text: str) -> str:
    return printable(" ".join(text.split())) or "no reason given"
