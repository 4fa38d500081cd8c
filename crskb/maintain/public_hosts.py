"""Where a redirect may lead: to addresses of the public network alone, never into the network of the machine that asks."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from crskb.errors import CrskbError

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")  # under this prefix an IPv6-only network reaches every IPv4 address


class NotPublic(CrskbError):
    """A redirect leads to an address that is not public."""


def is_public(address: str) -> bool:
    """True for an IP address of the public network; False for loopback, private, link-local and other special ones, also inside IPv6."""
    ip = ip_address(address.partition("%")[0])  # without the scope of a link-local address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped or ip in _NAT64:
            ip = IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip.sixtofour or ip.teredo or ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


async def addresses(host: str) -> list[str]:
    """The IP addresses that `host` stands for; raises socket.gaierror if there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def only_public(host: str) -> Callable[[str, dict[str, Any]], Awaitable[None]]:
    """What httpx calls while it connects to `host` (its extension "trace"); raises NotPublic before anything is sent elsewhere.

    The name is looked up first, and the address that was then connected to is looked at again: a name can change between
    the two. Behind a proxy only an address written out is judged, since there the proxy looks names up.
    """
    dialled = ""

    async def look(event: str, told: dict[str, Any]) -> None:
        nonlocal dialled
        if event == "connection.connect_tcp.started":
            dialled = told["host"]
            if (dialled == host or is_written_out(host)) and not all(map(is_public, await addresses(host))):
                raise NotPublic(host)
        elif event == "connection.connect_tcp.complete" and dialled == host:
            stream = told["return_value"]
            if not is_public(str(stream.get_extra_info("server_addr")[0])):
                await stream.aclose()
                raise NotPublic(host)

    return look


def is_written_out(host: str) -> bool:
    """Whether `host` is an IP address and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
