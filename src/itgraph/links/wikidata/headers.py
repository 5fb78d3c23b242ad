"""Headers of HTTP: who we say that we are, and when a service says that it may be asked again.

Serve side, below the transport.

>>> retry_after({"retry-after": "Thu, 26 Nov 2026 10:00:30 GMT", "date": "Thu, 26 Nov 2026 10:00:00 GMT"})
30.0
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from itgraph import __version__
from itgraph.errors import UsageError
from itgraph.namespaces import BASE

__all__ = ["retry_after", "user_agent"]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until the time that a service names, by its own clock (RFC 9110, section 10.2.3)."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return float(given)
    until, now = date(given), date(headers.get("date", ""))
    return None if until is None else max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def date(text: str) -> datetime | None:
    """Return a date of HTTP, or None where it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def user_agent(contact: str | None) -> str:
    """Return how we introduce ourselves; services turn away who does not.

    https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy

    Args:
        contact: a mail address or a page by which the person who runs this can be reached.

    Raises:
        UsageError: the contact cannot stand in a header.

    >>> user_agent("ada@example.org").partition(" ")[2]
    '(https://w3id.org/itgraph/; ada@example.org)'
    """
    if contact is None:
        return f"itgraph/{__version__} ({BASE})"
    if not contact.strip() or not contact.isascii() or not contact.isprintable() or set(contact) & set("()\\"):
        raise UsageError("not a contact that can be sent", hint="give a mail address or the address of a page")
    return f"itgraph/{__version__} ({BASE}; {contact.strip()})"
