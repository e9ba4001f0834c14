"""What an open chat page hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests import sockets
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from tests.steps import Chat, Json


def refusal(page: sockets.Socket, kind: str, **frame: Any) -> Json:
    page.send(kind, **frame)
    error = page.read_until("error")
    assert error["detail"]
    return error


def view_of(chat: Chat) -> Json:
    view: Json = customer_of(chat).get(for_customers(chat)).json()
    return view
