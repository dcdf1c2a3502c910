"""Where a request comes from: its peer, or whom a trusted proxy names."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

from portal.settings import PortalSettings

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_SUBSCRIBER = 64


def address_of(connection: HTTPConnection, settings: PortalSettings) -> str:
    """Return the address that attempts are counted by; of IPv6, the network of one subscriber.

    Proxies add whom they heard to ``X-Forwarded-For``: the last one there that is no proxy of ours counts.
    """
    address = _parsed(connection.client.host if connection.client else "")
    if address is not None and _is_trusted(address, settings):
        heard = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
        for text in reversed(heard):
            named = _parsed(text.strip())
            if named is None:
                break
            address = named
            if not _is_trusted(named, settings):
                break
    return _counted(address)


def _is_trusted(address: _Address, settings: PortalSettings) -> bool:
    return any(address in network for network in settings.trusted_proxies)


def _parsed(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _counted(address: _Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _SUBSCRIBER), strict=False))
    return str(address or "unknown")
