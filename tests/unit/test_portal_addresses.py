"""Where a request comes from: a proxy's word counts when the proxy is trusted, and nobody else's."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.requests import HTTPConnection

from portal.security.addresses import address_of
from portal.settings import PortalSettings

PROXIES = PortalSettings(trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")))


def counted(peer: str, *heard: str, settings: PortalSettings = PROXIES) -> str:
    headers = [(b"x-forwarded-for", address.encode()) for address in heard]
    return address_of(HTTPConnection({"type": "http", "client": (peer, 1), "headers": headers}), settings)


@pytest.mark.parametrize(
    ("peer", "heard", "address"),
    [
        ("192.0.2.9", ["198.51.100.1"], "192.0.2.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.5, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.5", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.5, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
    ],
)
def test_last_address_that_no_proxy_of_ours_has_counts(peer: str, heard: list[str], address: str) -> None:
    assert counted(peer, *heard) == address


def test_nobody_is_believed_where_no_proxy_is_trusted() -> None:
    assert counted("127.0.0.1", "198.51.100.1", settings=PortalSettings()) == "127.0.0.1"
