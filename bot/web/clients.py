"""Who is asking, as an address, and how often that address can ask."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from typing import TYPE_CHECKING

from bot.networks import read_address, read_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from ipaddress import IPv4Address

    from bot.networks import Network

UNKNOWN = "unknown"
BURST = 120  # a complete link takes about ten requests
PER_SECOND = 2.0
MAX_CLIENTS = 4096


class Proxies:
    def __init__(self, trusted: Iterable[Network | str]) -> None:
        """trusted: networks whose X-Forwarded-For is trusted; nobody else's is."""
        self._trusted = [read_network(str(network)) for network in trusted]

    def trusts(self, peer: str | None) -> bool:
        address = read_address(peer)
        return address is not None and self._is_trusted(address)

    def client_of(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """The address to count a request against. forwarded: the X-Forwarded-For headers as received.

        Each proxy appends the address it heard from, so the list is read from the end, up to the first address that
        isn't one of our proxies; anyone could have written what comes before. IPv6 counts by /64, since a person gets
        at least that much.
        """
        address = read_address(peer)
        hops = [hop for line in forwarded for hop in line.split(",")]
        while address is not None and self._is_trusted(address) and hops:
            earlier = read_address(hops.pop())
            if earlier is None:
                break
            address = earlier
        if address is None:
            return UNKNOWN
        if isinstance(address, IPv6Address):
            return str(ip_network((address, 64), strict=False))
        return str(address)

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """One token bucket per client address, for the addresses seen most recently."""

    def __init__(
        self,
        *,
        burst: int = BURST,
        per_second: float = PER_SECOND,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> float:
        """Seconds to wait before the next request; 0: let this one through."""
        now = self._monotonic()
        bucket = self._buckets.setdefault(client, _Bucket(self._burst, now))
        self._buckets.move_to_end(client)
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._per_second)
        bucket.filled_at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        return 0
