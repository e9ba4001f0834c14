"""The two sockets: an agent's desk and a customer's chat."""

from __future__ import annotations

from contacts.consumers.chat import ChatConsumer
from contacts.consumers.desk import DeskConsumer

__all__ = ["ChatConsumer", "DeskConsumer"]
