"""What a trusted proxy says of a visitor, before the application asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import addresses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

SECURE = {"https": "https", "wss": "https", "http": "http", "ws": "http"}
# The scheme of a websocket, by that of its page.
OF_SOCKETS = {"https": "wss", "http": "ws"}


class TrustedProxies:
    """Tells the application by which scheme the visitor came.

    Not the server's own option: that one knows no `https, http`, which comes where two
    proxies stand in line, and no `TRUSTED_PROXIES`.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        scheme = _scheme(scope)
        if scheme is not None:
            is_socket = scope["type"] == "websocket"
            scheme = OF_SOCKETS[scheme] if is_socket else scheme
            scope = scope | {"scheme": scheme}
        await self._application(scope, receive, send)


def _scheme(scope: dict[str, Any]) -> str | None:
    """Return the visitor's scheme, where a trusted proxy has told it: the first of
    them, which the proxy next to the visitor has written."""
    peer = scope.get("client") or [""]
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    if not told or not addresses.is_trusted(peer[0]):
        return None
    first = told[0].decode("latin-1").partition(",")[0]
    return SECURE.get(first.strip().lower())
