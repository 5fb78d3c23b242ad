"""Wikidata, asked: queries to its two endpoints, items by their ids, names in its search.

Serve side: what a reconciler stands on. One request is under way at any time; an answer that is whole is kept before
the next is sent, and is not asked for again. A fault is a NetworkError and never an answer without rows: who gets
nothing back knows that there is nothing.

Example::

    with Wikidata.open(cache=default_folder(), contact="ada@example.org") as wikidata:
        for row in wikidata.select(Endpoint.SCHOLARLY, 'SELECT ?paper { ?paper wdt:P818 "2302.13971" }'):
            print(row["paper"].value)
        wikidata.items(["Q116709136"])["Q116709136"].label
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx2

from itgraph.errors import InputError, NetworkError, UsageError, echo
from itgraph.lineage_format import printable
from itgraph.links.wikidata.answers import MEND, Answer, Answers
from itgraph.links.wikidata.bodies import Broken, Row, document_of, hits_of, item_from, rows_of
from itgraph.links.wikidata.headers import user_agent
from itgraph.links.wikidata.item import ITEM_ID, LANGUAGES, Hit, Item
from itgraph.links.wikidata.services import WIKIDATA, Endpoint, Patience, Services
from itgraph.links.wikidata.transport import Transient, Transport
from itgraph.remote import one_line

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Endpoint", "Hit", "Item", "Patience", "Row", "Services", "Wikidata"]

T = TypeVar("T")
RESULTS, JSON = "application/sparql-results+json", "application/json"
#: The most ids of one call, and the most hits of one search, for who is no bot (``action=help&modules=wbgetentities``).
BATCH, MOST_HITS = 50, 50
#: The service is left alone while its copies are further behind than this many seconds.
#: https://www.mediawiki.org/wiki/Manual:Maxlag_parameter
MAXLAG = "5"
#: Errors of the API that pass.
TRANSIENT = frozenset({"maxlag", "ratelimited", "readonly"})
#: What of an item is asked for; its answers are kept under this, so that they are asked anew where it changes.
PARTS = {"props": "info|labels|descriptions|aliases|claims", "languages": "|".join(LANGUAGES)}
ITEMS = f"items {json.dumps(PARTS, sort_keys=True)}"


class Wikidata:
    """Wikidata, or another of its make. Threads take turns."""

    def __init__(
        self, services: Services, transport: Transport | None, answers: Answers, *, refresh: bool, closing: ExitStack
    ) -> None:
        self._services = services
        self._transport = transport
        self._answers = answers
        self._refresh = refresh
        self._closing = closing
        self._turn = threading.Lock()
        self._fresh: set[tuple[str, str]] = set()
        #: Questions whose answers came from the cache.
        self.replayed = 0
        #: When the last answer was fetched from Wikidata, which may be long ago; of several items the oldest.
        self.as_of: datetime | None = None

    @classmethod
    def open(
        cls,
        services: Services = WIKIDATA,
        *,
        cache: Path | None,
        offline: bool = False,
        refresh: bool = False,
        contact: str | None = None,
        timeout: float | None = None,
        patience: Patience | None = None,
        waiting: Callable[[str], None] | None = None,
    ) -> Wikidata:
        """Make ready to ask; nothing is sent yet.

        Args:
            services: the addresses.
            cache: the folder of kept answers, with which one process at a time may ask; None keeps them for the life of
                the object only, and nothing sees to it that no other process asks.
            offline: whether to answer from the cache alone.
            refresh: whether to ask anew for what is in the cache, once each.
            contact: who asks: a mail address or a page.
            timeout: seconds that one answer may take; None takes those of ``patience``.
            patience: how long to wait and how often to try.
            waiting: gets one line before each wait for a service that is busy or out of order.

        Raises:
            UsageError: the contact cannot be sent; or what is offline cannot be refreshed, or has no cache.
            InputError: the cache cannot be used, or another process asks with it.
            NetworkError: offline, and nothing was ever kept.
        """
        if offline and (refresh or cache is None):
            what = "refreshed" if refresh else "answered without a cache"
            raise UsageError(f"offline, nothing can be {what}", hint="leave out one of the two")
        manners = patience or Patience()
        if timeout is not None:
            manners = replace(manners, timeout=timeout)
        agent = user_agent(contact)
        with ExitStack() as failing:
            answers = failing.enter_context(closing(Answers.open(cache, asking=not offline)))
            transport = None if offline else failing.enter_context(closing(Transport(agent, manners, waiting)))
            return cls(services, transport, answers, refresh=refresh, closing=failing.pop_all())

    def __enter__(self) -> Wikidata:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and the cache."""
        self._closing.close()

    @property
    def asked(self) -> int:
        """The number of requests that were sent, with the repeated ones."""
        return 0 if self._transport is None else self._transport.sent

    def select(self, endpoint: Endpoint, query: str, *, alive: str | None = None) -> list[Row]:
        """Return the solutions of a SELECT query, all of them; give it a LIMIT.

        Variables that are not bound are left out of a row.

        Args:
            endpoint: which of the two is asked.
            query: the query.
            alive: a variable that the query binds in at least one solution as long as the endpoint has anything at all.
                An answer without one is a fault: an index that is empty or out of order answers with no rows, and what
                comes to no rows must not be taken for what is not there.

        Raises:
            NetworkError: there is no whole answer, or the endpoint refuses the query.
            InputError: the cache is damaged.
        """
        with self._turn:
            return self._ask(endpoint.value, query, rows_of, lambda: self._sparql(endpoint, query, alive))

    def items(self, ids: Sequence[str]) -> dict[str, Item | None]:
        """Return items by the ids that were asked for; None is one that is missing, because deleted or never made.

        Raises:
            UsageError: not the id of an item.
            NetworkError: there is no whole answer. What was answered before is in the cache.
            InputError: the cache is damaged.
        """
        for one in ids:
            if not ITEM_ID.fullmatch(one):
                raise UsageError(f"not the id of an item: {echo(one)}", hint="these look like Q116709136")
        unique = [*dict.fromkeys(ids)]
        with self._turn:
            answers = self._kept(ITEMS, unique)
            missing = [one for one in unique if one not in answers]
            for start in range(0, len(missing), BATCH):
                some = missing[start : start + BATCH]
                answers |= self._keep(ITEMS, self._entities(some))
            items = {one: self._replay(answers[one], partial(item_from, one)) for one in unique}
            self.as_of = min((answer.fetched for answer in answers.values()), default=None)
            return items

    def search(self, text: str, *, language: str = "en", limit: int = 20) -> list[Hit]:
        """Return the items that a label or an alias of which begins with the text, as Wikidata orders them.

        Args:
            text: a name.
            language: of the labels that are searched and shown.
            limit: the most hits, from 1 to 50.

        Raises:
            UsageError: there is nothing to search, or the limit is out of range.
            NetworkError: there is no whole answer.
            InputError: the cache is damaged.
        """
        if not text.strip() or not 1 <= limit <= MOST_HITS:
            raise UsageError("nothing to search" if not text.strip() else f"no limit: {limit}", hint="from 1 to 50")
        params = {"action": "wbsearchentities", "search": text, "language": language, "uselang": language}
        params |= {"type": "item", "limit": str(limit)}
        with self._turn:
            question = json.dumps(params, sort_keys=True, ensure_ascii=False)
            return self._ask("search", question, hits_of, lambda: self._api(params, lambda body: whole(body, hits_of)))

    def _ask(self, service: str, question: str, read: Callable[[bytes], T], send: Callable[[], bytes]) -> T:
        """Return what is made of an answer that is kept, else of one that is asked for and then kept."""
        answer = self._kept(service, [question]).get(question)
        if answer is None:
            answer = self._keep(service, {question: send()})[question]
        made = self._replay(answer, read)
        self.as_of = answer.fetched
        return made

    def _kept(self, service: str, questions: Sequence[str]) -> dict[str, Answer]:
        """Return the answers that need not be asked for.

        Raises:
            NetworkError: offline, and one is missing.
        """
        wanted = [one for one in questions if not self._refresh or (service, one) in self._fresh]
        found = self._answers.find(service, wanted)
        self.replayed += len(found)
        if self._transport is None and (missing := next((one for one in questions if one not in found), None)):
            what = f"not among the kept answers ({service.partition(' ')[0]}): {one_line(missing)[:100]}"
            raise NetworkError(what, hint="run it once with the network", path=self._answers.path)
        return found

    def _keep(self, service: str, bodies: Mapping[str, bytes]) -> dict[str, Answer]:
        answers = self._answers.keep(service, bodies)
        self._fresh.update((service, one) for one in bodies)
        return answers

    def _replay(self, answer: Answer, read: Callable[[bytes], T]) -> T:
        """Return what is made of an answer that was whole when it was kept."""
        try:
            return read(answer.body)
        except Broken as error:
            what = f"a kept answer cannot be read: {one_line(str(error))}"
            raise InputError(what, hint=MEND, path=self._answers.path) from error

    def _sparql(self, endpoint: Endpoint, query: str, alive: str | None) -> bytes:
        """Return the answer of an endpoint, once it has been read to its end (section 2.1.2 of the protocol)."""

        def read(body: bytes) -> list[Row]:
            rows = rows_of(body)
            if alive is not None and not any(alive in row for row in rows):
                raise Broken("it has not even what is always there")
            return rows

        address = self._services.address(endpoint)
        form = {"query": query}
        return self._sender.fetch("POST", address, lambda _, body: whole(body, read), form=form, accept=RESULTS)

    def _entities(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Return the JSON of at most 50 items, each on its own."""

        def read(body: bytes) -> dict[str, bytes]:
            entities = document_of(body).get("entities")
            if not isinstance(entities, dict) or (missing := set(ids) - set(entities)):
                raise Broken(f"{', '.join(sorted(missing))} left out" if isinstance(entities, dict) else "no entities")
            bodies = {one: json.dumps(entities[one]).encode() for one in ids}
            for one, entity in bodies.items():
                item_from(one, entity)
            return bodies

        params = {"action": "wbgetentities", "ids": "|".join(ids), **PARTS}
        return self._api(params, read)

    def _api(self, params: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """Return what is made of an answer of the API, whose errors come with status 200."""
        transport, name = self._sender, printable(self._services.api)

        def without_error(response: httpx2.Response, body: bytes) -> T:
            error = document_of(body).get("error")
            if error is None:
                return read(body)
            code = one_line(str(error.get("code", ""))) if isinstance(error, dict) else ""
            info = one_line(str(error.get("info", "")))[:200] if isinstance(error, dict) else ""
            said = f"{code or 'an error'}: {info}".removesuffix(": ")
            if code in TRANSIENT or code.startswith("internal_api_error"):
                raise Transient(f"answers with {said}", after=transport.leave_alone(response, name))
            raise NetworkError(f"{name} refuses: {said}")

        asked = {**params, "format": "json", "maxlag": MAXLAG}
        return transport.fetch("GET", self._services.api, without_error, params=asked, accept=JSON)

    @property
    def _sender(self) -> Transport:
        if self._transport is None:
            raise AssertionError("offline, what is not kept has raised before")
        return self._transport


def whole(body: bytes, read: Callable[[bytes], object]) -> bytes:
    """Return a body that can be read to its end.

    Raises:
        Broken: it cannot.
    """
    read(body)
    return body
