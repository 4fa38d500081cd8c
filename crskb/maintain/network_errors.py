"""Why a question to a web server got no answer, in words of ours: what an exception says may quote the server."""

from __future__ import annotations

import socket
import ssl

import httpx

from crskb.maintain.public_hosts import NotPublic

# a UnicodeError: a host name with a part of more than 63 letters
LEADS_NOWHERE = (NotPublic, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)
_REASONS: dict[type[Exception], str] = {
    NotPublic: "redirects to an address that is not public",
    **dict.fromkeys(LEADS_NOWHERE[1:], "leads to what is not a web address"),
    httpx.TimeoutException: "no answer in time",
    httpx.ConnectError: "no connection",
    httpx.RemoteProtocolError: "its answer is not HTTP, or breaks off",
}


def reason(error: Exception) -> str:
    """Why there is no answer."""
    causes = _chain(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no such host"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "its certificate is not valid"
    return next((words for kind, words in _REASONS.items() if isinstance(error, kind)), "the connection broke")


def no_such_host(error: Exception) -> bool:
    """True if the name of the host does not exist, which is an answer, unlike a name server that is silent."""
    return any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
