"""Internet addresses as proxies and operators write them: with ports, brackets, quotes, or as IPv4 inside IPv6."""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Network = IPv4Network | IPv6Network

_MAPPED = IPv6Network("::ffff:0:0/96")
_BRACKETS = re.compile(r"\[([^\[\]]*)\](?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_FEW = 16  # nobody's proxies cover more of the internet than that


def read_address(text: str | None) -> IPv4Address | IPv6Address | None:
    """The address in `203.0.113.5:4711`, `"[2001:db8::1]:4711"` or `::ffff:203.0.113.5`. None: not an address."""
    plain = (text or "").strip()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1]
    found = _BRACKETS.fullmatch(plain) or _WITH_PORT.fullmatch(plain)
    plain = found[1] if found else plain
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_loopback(host: str) -> bool:
    """Whether it's this machine, by address or as localhost."""
    address = read_address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def read_network(text: str) -> Network:
    """A network, or a single address as one; as IPv4 if it's in `::ffff:0:0/96`. Raises ValueError."""
    network = ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return ip_network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def nearly_all(networks: Sequence[Network]) -> bool:
    """Whether they cover so many addresses in total that anyone's could be among them."""
    v4 = collapse_addresses(network for network in networks if isinstance(network, IPv4Network))
    v6 = collapse_addresses(network for network in networks if isinstance(network, IPv6Network))
    return (
        sum(network.num_addresses for network in v4) > 2**32 // _FEW
        or sum(network.num_addresses for network in v6) > 2**128 // _FEW
    )
