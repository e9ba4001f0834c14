"""Where somebody opens a chat, as far as their browser tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.services import sensitive_data
from core import addresses

if TYPE_CHECKING:
    from agents.models import Organisation


@dataclass(frozen=True)
class Arrival:
    """The page, the language that the browser asks for, and the network address."""

    page_url: str = ""
    page_title: str = ""
    language: str = ""
    address: str = ""

    def stored(self, organisation: Organisation) -> dict[str, str]:
        """Return what a contact keeps of it. Nobody typed it, so what is found in it
        stops no chat."""
        told = {
            "page_url": self.page_url,
            "page_title": self.page_title,
            "language": self.language,
        }
        screened = {
            name: sensitive_data.screen(organisation, value).text
            for name, value in told.items()
        }
        return {**screened, "address": addresses.network_of(self.address)}


NOWHERE = Arrival()
