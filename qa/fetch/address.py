"""Which addresses may be asked: those of the internet, and private ones only where the user named them.

A page of the internet may link or redirect to a machine of the user's own network, or to this one; what
answers there was not meant to be read by it. Knows numbers, no names.
"""

from __future__ import annotations

import ipaddress

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: the last 32 bits are an IPv4 address


def is_public(address: str) -> bool:
    """Whether this is an address of the internet. IPv4 within IPv6 is judged as IPv4."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return number.is_global and not number.is_multicast
