"""Who a client is: the address that limits are counted by.

Part of the endpoint, below ``service``. It is the address of the connection, or, behind a proxy that the operator
trusts, the last address in X-Forwarded-For that no trusted proxy has. Of IPv6 it is the network of 64 bits, which one
customer has to himself.

>>> clients = Clients(["127.0.0.1"])
>>> clients.of("127.0.0.1", [(b"x-forwarded-for", b"203.0.113.9, 198.51.100.7")])
'198.51.100.7'
>>> clients.of("2001:db8::1", [])
'2001:db8::/64'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address, ip_address, ip_network

from itgraph.errors import UsageError, echo

__all__ = ["Clients"]


class Clients:
    """Knows which proxies to believe.

    Raises:
        UsageError: a proxy is given by what is neither an address nor a network.
    """

    def __init__(self, trusted_proxies: Sequence[str] = ()) -> None:
        try:
            self._trusted = [ip_network(proxy) for proxy in trusted_proxies]
        except ValueError as error:
            hint = "give an address such as 10.0.0.1, or a network such as 10.0.0.0/8"
            raise UsageError(f"not the address of a proxy: {echo(str(error))}", hint=hint) from error

    def of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the client of a request that came from ``peer`` with these headers."""
        if self._trusted and self._trusts(peer):
            forwarded = b",".join(value for name, value in headers if name == b"x-forwarded-for")
            for hop in reversed(forwarded.decode("latin-1").split(",")):
                if hop.strip() and not self._trusts(hop.strip()):
                    return network(hop.strip()[:64])
        return network(peer)

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in proxy for proxy in self._trusted)


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """Return the address, or of IPv6 its network; what is no address stands for itself."""
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address)
    except AddressValueError:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed) >> 64 << 64, 64)))
