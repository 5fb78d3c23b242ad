"""One polite request at a time: how a service is asked, and what is made of whatever it does instead of answering.

Serve side, below the client of Wikidata. What may pass is asked again, after as long as the service asks for; what
remains is one line that names the service. https://www.mediawiki.org/wiki/API:Etiquette

Example::

    with closing(Transport("itgraph/0.1", Patience())) as transport:
        rows = transport.fetch("POST", address, read, form={"query": "SELECT …"}, accept="application/json")
"""

from __future__ import annotations

import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import httpx2
from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type

from itgraph.errors import NetworkError
from itgraph.lineage_format import printable
from itgraph.links.wikidata.bodies import Broken
from itgraph.links.wikidata.headers import is_inner, retry_after
from itgraph.refusal import refusal
from itgraph.remote import media_type_of, one_line

if TYPE_CHECKING:
    from itgraph.links.wikidata.services import Patience

__all__ = ["Transient", "Transport"]

T = TypeVar("T")

#: What is said of a service that is busy or out of order for a while: RFC 9110, section 15.6, and RFC 6585, section 4.
TRANSIENT = frozenset({429, 500, 502, 503, 504})
#: Redirects that may keep the method (RFC 9110, section 15.4); the form of a query would else be lost.
REDIRECTS = frozenset({301, 302, 307, 308})
WEB_PAGES = frozenset({"text/html", "application/xhtml+xml"})
#: A question that timed out, or whose answer broke off, costs the service as much again, so is asked once more only.
TWICE = 2


class Transient(Exception):
    """What may be gone at the next try, in ``after`` seconds where that is said; ``tries`` bounds them."""

    def __init__(self, what: str, *, after: float | None = None, tries: int | None = None) -> None:
        super().__init__(what)
        self.after = after
        self.tries = tries


class Transport:
    """A client of HTTP with manners. Not for two threads at a time."""

    def __init__(self, agent: str, patience: Patience, waiting: Callable[[str], None] | None = None) -> None:
        self._patience = patience
        self._waiting = waiting
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(patience.timeout, connect=min(patience.timeout, patience.connect)),
            follow_redirects=False,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            limits=httpx2.Limits(max_connections=1),
        )
        self._last: float | None = None
        #: Until when (of the monotonic clock) a service is left alone, because it said so.
        self._until: dict[str, float] = {}
        #: How many questions in a row a service did not answer.
        self._unanswered: Counter[str] = Counter()
        #: Requests that were sent.
        self.sent = 0

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def fetch(
        self,
        method: str,
        address: str,
        read: Callable[[httpx2.Response, bytes], T],
        *,
        accept: str,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> T:
        """Send a request, again where that may help, and return what ``read`` makes of the answer.

        Args:
            method: of HTTP.
            address: of the service.
            read: gets a response of status 200 with its body; raises Broken where the body cannot be read, Transient
                where it tells of something that passes, NetworkError of something that does not.
            accept: the media type that is asked for.
            params: go into the address.
            form: goes into the body.

        Raises:
            NetworkError: there is no answer, not in time, none that can be read, or the service refuses.
        """
        request = self._client.build_request(method, address, params=params, data=form, headers={"Accept": accept})
        name = printable(address)
        if (given_up := self._unanswered[address]) >= self._patience.give_up:
            what = f"{name} did not answer {given_up} questions in a row, and is asked no more"
            raise NetworkError(what, hint="run it again later")
        trying = Retrying(
            retry=retry_if_exception_type(Transient),
            wait=self._wait,
            stop=self._enough,
            sleep=time.sleep,
            before_sleep=lambda state: self._tell(f"{name} {failure_of(state)}", state.upcoming_sleep),
        )
        try:
            answer: T = trying(self._once, request, read, name)
        except RetryError as error:
            self._unanswered[address] += 1
            count = error.last_attempt.attempt_number
            times = "" if count == 1 else f", {count} times in a row"
            raise NetworkError(f"{name} {error.last_attempt.exception()}{times}", hint="try later") from error
        del self._unanswered[address]
        return answer

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds until the next try: what the service asks for, else twice as many as before."""
        after = failure_of(state).after
        patience = self._patience
        waited: float = patience.first_wait * 2 ** (state.attempt_number - 1)
        return min(waited, patience.longest_wait) if after is None else after

    def _enough(self, state: RetryCallState) -> bool:
        """Tell whether the last try was the last one."""
        failure, patience = failure_of(state), self._patience
        tries = patience.tries if failure.tries is None else min(failure.tries, patience.tries)
        return state.attempt_number >= tries or state.idle_for + state.upcoming_sleep > patience.total_wait

    def _tell(self, what: str, seconds: float) -> None:
        if self._waiting is not None:
            self._waiting(f"{what}: asked again in {seconds:.3g} s")

    def _once(self, request: httpx2.Request, read: Callable[[httpx2.Response, bytes], T], name: str) -> T:
        """Send the request once and read the answer."""
        try:
            response, body = self._followed(request, name)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise Transient(f"cannot be reached: {one_line(str(error))}") from error
        except httpx2.TimeoutException as error:
            raise self._too_slow() from error
        except (httpx2.RequestError, zlib.error) as error:
            raise Transient(f"breaks off: {one_line(str(error))}") from error
        self._check(response, body, name)
        try:
            return read(response, body)
        except Broken as error:
            kind = media_type_of(response)
            what = "a web page" if kind in WEB_PAGES else f"what cannot be read: {one_line(str(error))}"
            raise Transient(f"answers with {what}", tries=TWICE) from error

    def _followed(self, request: httpx2.Request, name: str) -> tuple[httpx2.Response, bytes]:
        """Return the response and its body after the redirects, each of which gets the same method and form."""
        for _ in range(self._patience.redirects + 1):
            response, body = self._send(request, name)
            if response.status_code not in REDIRECTS or "location" not in response.headers:
                return response, body
            try:
                target = request.url.join(response.headers["location"])
            except httpx2.InvalidURL as error:
                raise NetworkError(f"{name} redirects to what is no address") from error
            unsafe = target.scheme != "https" and request.url.scheme == "https"
            unsafe = unsafe or (is_inner(target.host) and target.host != request.url.host)
            if target.scheme not in ("http", "https") or not target.host or unsafe:
                raise NetworkError(f"{name} redirects to {printable(str(target))}, where nothing is asked")
            headers = {name: request.headers[name] for name in ("Accept", "Content-Type") if name in request.headers}
            request = self._client.build_request(request.method, target, content=request.content, headers=headers)
        raise NetworkError(f"{name} redirects more than {self._patience.redirects} times", hint="check the address")

    def _send(self, request: httpx2.Request, name: str) -> tuple[httpx2.Response, bytes]:
        """Send a request, not too soon after the last one, and read its answer in pieces: it may be without end."""
        now = time.monotonic()
        pause = 0.0 if self._last is None else self._last + self._patience.pause - now
        rest = self._until.get(service_of(request), now) - now
        self._bearable(rest, name)
        time.sleep(max(0.0, pause, rest))
        deadline = time.monotonic() + self._patience.timeout
        most = self._patience.most_bytes
        self.sent += 1
        try:
            response = self._client.send(request, stream=True)
            try:
                body = bytearray()
                read = reader_of(response)
                for piece in response.iter_raw():
                    body += read(piece, most + 1 - len(body))
                    if len(body) > most:
                        raise NetworkError(f"{name} answers with more than {most} bytes", hint="ask for less")
                    if time.monotonic() > deadline:
                        raise self._too_slow()
            finally:
                response.close()
        finally:
            self._last = time.monotonic()
        return response, bytes(body)

    def _check(self, response: httpx2.Response, body: bytes, name: str) -> None:
        """Raise what a status other than 200 means."""
        status = response.status_code
        if status == 200:
            return
        said, _ = refusal(media_type_of(response), body)
        what = f"answers with HTTP {status} {response.reason_phrase}".rstrip() + (f": {said}" if said else "")
        if status not in TRANSIENT:
            hint = "say who you are: it wants a contact" if status == 403 else None
            raise NetworkError(f"{name} {what}", hint=hint)
        after = self.leave_alone(response, name)
        if after is None and status == 429:
            after = self._patience.quota_wait
        # Its own time-out says 500: the same query would run into it again.
        raise Transient(what, after=after, tries=TWICE if status == 500 else None)

    def leave_alone(self, response: httpx2.Response, name: str) -> float | None:
        """Return the seconds for which a service asks to be left alone, which it then is, whatever is asked next.

        Raises:
            NetworkError: that is longer than is waited.
        """
        after = retry_after(response.headers)
        if after is not None:
            self._until[service_of(response.request)] = time.monotonic() + after
            self._bearable(after, name)
        return after

    def _bearable(self, rest: float, name: str) -> None:
        if rest > self._patience.longest_wait:
            what = f"{name} asks to be left alone for {rest:.0f} seconds, which is longer than is waited"
            raise NetworkError(what, hint="run it again then")

    def _too_slow(self) -> Transient:
        return Transient(f"has not answered within {self._patience.timeout:g} seconds", tries=TWICE)


def failure_of(state: RetryCallState) -> Transient:
    """Return what made the last try fail, which was worth another."""
    failure = state.outcome.exception() if state.outcome is not None else None
    if not isinstance(failure, Transient):
        raise TypeError("only what passes is tried again")
    return failure


def service_of(request: httpx2.Request) -> str:
    """Return the address of a service, without what it is asked."""
    return str(request.url.copy_with(query=None))


def reader_of(response: httpx2.Response) -> Callable[[bytes, int], bytes]:
    """Return what makes at most so many bytes of a body out of a piece of it as it was sent.

    The client's own decoder hands on nothing while there is nothing to hand on, and so hides how long that takes.
    """
    if response.headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip"):
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress
    return lambda piece, _: piece
