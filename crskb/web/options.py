"""What the operator of a site chose when it was started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from crskb.database.defence import CAN_BOUND_SQL
from crskb.errors import CrskbError

if TYPE_CHECKING:
    from datasette.app import Datasette


@dataclass(frozen=True)
class Options:
    """The switches of `crskb serve`. Without tables there is no SQL either, nor where it cannot be bounded."""

    sql: bool = True
    tables: bool = True
    post_search: bool = False  # the search form sends what is typed in the body, not in the address
    public_url: str | None = None  # scheme and host under which readers come, with no slash at the end
    served_at: str | None = None  # the address that the server listens on, in the same form

    def __post_init__(self) -> None:
        if not self.tables or not CAN_BOUND_SQL:
            object.__setattr__(self, "sql", False)
        if self.public_url is not None:
            object.__setattr__(self, "public_url", _origin(self.public_url))

    @property
    def https(self) -> bool:
        """True where readers come over TLS, by the operator's word."""
        return bool(self.public_url and self.public_url.startswith("https:"))


_chosen: WeakKeyDictionary[Datasette, Options] = WeakKeyDictionary()


def choose(datasette: Datasette, options: Options) -> None:
    """Keep the choices for `datasette`."""
    _chosen[datasette] = options


def options_of(datasette: Datasette) -> Options:
    """The choices for `datasette`; the plain ones under a Datasette that `crskb serve` did not start."""
    return _chosen.get(datasette, Options())


def _origin(url: str) -> str:
    """Scheme and host of `url`; raises CrskbError if it is anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CrskbError(f"{url!r} is not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise CrskbError(f"{url!r} is not an address such as https://crs.example.org")
    if parts.query or parts.fragment or parts.username or not parts.hostname.isascii():
        raise CrskbError(f"{url!r} holds more than a scheme and a host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
