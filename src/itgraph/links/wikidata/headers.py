"""Headers of HTTP: who we say that we are, when a service may be asked again, and where it may not send us.

Serve side, below the transport.

>>> retry_after({"retry-after": "Thu, 26 Nov 2026 10:00:30 GMT", "date": "Thu, 26 Nov 2026 10:00:00 GMT"})
30.0
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

from itgraph import __version__
from itgraph.errors import UsageError
from itgraph.namespaces import BASE

__all__ = ["is_inner", "retry_after", "user_agent"]

#: Whether a host is an address of IPv4, in whatever form (https://url.spec.whatwg.org/#ends-in-a-number-checker).
NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")


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


def is_inner(host: str) -> bool:
    """Tell whether a host is in the network of who asks, as far as its name says: no stranger may have it asked.

    >>> is_inner("169.254.169.254"), is_inner("::1"), is_inner("0x7f.1"), is_inner("localhost"), is_inner("1.1.1.1")
    (True, True, True, True, False)
    """
    try:
        return not ip_address(host).is_global
    except ValueError:
        return NUMBER.fullmatch(host) is not None or host.rpartition(".")[2] in ("localhost", "local", "internal")


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
