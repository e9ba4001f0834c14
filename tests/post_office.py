"""A mail server on this machine that takes mails, or does not."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail

from contacts import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session
    from pytest_django import Settings

TAKEN = "250 OK"


@dataclass
class PostOffice:
    """What has arrived, and what the server answers: to an address, or to a mail."""

    letters: list[EmailMessage] = field(default_factory=list)
    at_address: dict[str, str] = field(default_factory=dict)
    at_mail: str = TAKEN
    after_mail: Callable[[], None] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def sends(self) -> None:
        """Let the worker look for what is due."""
        tasks.send_mails()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = self.at_address.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.at_mail == TAKEN:
            content = envelope.content
            assert isinstance(content, bytes)
            letter: Any = message_from_bytes(content, policy=policy.default)
            self.letters.append(letter)
        if self.after_mail:
            self.after_mail()
        return self.at_mail


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A server that takes everything, and Parley with mail set up for it."""
    office = PostOffice(port=free_port())
    server = Controller(office, hostname="127.0.0.1", port=office.port)
    use(settings, office.port)
    server.start()
    yield office
    server.stop()


@pytest.fixture
def no_post_office(settings: Settings) -> Iterator[int]:
    """A port that takes connections and says nothing, and mail set up for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        use(settings, port)
        settings.EMAIL_TIMEOUT = 0.2
        yield port


def use(settings: Settings, port: int) -> None:
    # The tests' own outbox of Django stands in the way.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_FROM = "chat@parley.example"
    settings.PUBLIC_URL = "https://chat.acme.example"
    mail.outbox = []
