"""Which addresses may be fetched: those of the public web, told by number and not by name.

A name may lead anywhere, so it is resolved once, every address it has is looked at, and the
connection is made to the address that was looked at.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from archive.exceptions import ArchiveError
from archive.text.wordlists import words

MAX_URL = 2_000
PORTS = {"http": 80, "https": 443}
_MOST_ADDRESSES = 4
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTTED = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
# Names that mean another machine on every network, or none.
_INNER_NAMES = words(
    "localhost localdomain local internal intranet private corp home lan arpa test invalid onion "
    "alt"
)
_INNER_V4 = tuple(
    map(
        ip_network,
        words(
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
            "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 "
            "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        ),
    )
)
# All of IPv6 that is in use is global unicast; these parts of it lead elsewhere or back to IPv4.
_UNICAST = ip_network("2000::/3")
_INNER_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

Address = IPv4Address | IPv6Address


class FetchError(ArchiveError):
    """What is at an address could not be had; the message says why."""


class AddressRefused(FetchError):
    """An address that is not fetched, whatever is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address taken apart. ``host`` is in ASCII, ``path`` has the query and is never empty."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address in one spelling."""
        return f"{self.scheme}://{self.host_header}{self.path}"


def target_of(url: str, *, allowed: Collection[str] = ()) -> Target:
    """Take an address apart. Raises AddressRefused for all but plain ``http`` and ``https`` ones.

    Hosts in ``allowed`` may be of any kind and on any port.
    """
    if len(url) > MAX_URL or any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
        raise AddressRefused("The address is too long, or has characters that none has.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    if parts.scheme not in PORTS:
        raise AddressRefused("Only addresses that begin with http:// or https:// are fetched.")
    if "@" in parts.netloc:
        raise AddressRefused("The address holds a name or a password. Leave them out.")
    host = _ascii(host)
    if host not in allowed:
        if port not in (None, *PORTS.values()):
            raise AddressRefused(f"Port {port} is not one of the web: 80 or 443.")
        _check_host(host)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
        path=f"{path}?{query}" if query else path,
    )


def addresses_of(
    target: Target, *, seconds: float, allowed: Collection[str] = ()
) -> Sequence[Address]:
    """Resolve a host within some seconds, to four addresses at most.

    Raises AddressRefused where one of all its addresses is not of the public net, but for
    ``allowed``, and FetchError where it has none.
    """
    found = [ip_address(each) for each in _resolved(target, seconds)]
    for address in found:
        if str(address) not in allowed and not is_public(address):
            raise AddressRefused(
                f"{target.host} leads to {address}, which is not on the public net."
            )
    return found[:_MOST_ADDRESSES]


def is_public(address: Address) -> bool:
    """Whether an address is one of the public net and nothing that leads back into another."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _INNER_V4)
    if address.scope_id or address not in _UNICAST:
        return False
    return not any(address in network for network in _INNER_V6)


def _ascii(host: str) -> str:
    if host.isascii():
        return host.removesuffix(".")
    try:
        return host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise AddressRefused("The name of the host is not one.") from None


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            address = ip_address(host)
        except ValueError:
            raise AddressRefused("The name of the host is not one.") from None
        if not is_public(address):
            raise AddressRefused(f"{host} is not on the public net.")
        return
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise AddressRefused("The name of the host is not one.")
    if _NUMBER.fullmatch(labels[-1]):
        _check_number(host)
    elif len(labels) < 2 or labels[-1] in _INNER_NAMES:
        raise AddressRefused(f"{host} is a name within a network, not one of the public net.")


def _check_number(host: str) -> None:
    """What ends in a number is an address, which some write in ways that read as another."""
    try:
        address = ip_address(host) if _DOTTED.fullmatch(host) else None
    except ValueError:
        address = None
    if address is None:
        raise AddressRefused("Write a numeric address as four plain numbers from 0 to 255.")
    if not is_public(address):
        raise AddressRefused(f"{host} is not on the public net.")


def _resolved(target: Target, seconds: float) -> list[str]:
    """Ask for the addresses of a host; the system's resolver keeps no time of its own."""
    found: list[str] = []
    problem: list[OSError] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))
        except (OSError, UnicodeError) as error:
            problem.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(seconds)
    if problem or not found:
        raise FetchError(f"{target.host} cannot be found. See whether the address is right.")
    return found
