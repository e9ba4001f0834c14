"""Mail on its way out: one letter, one server, and what came of it in words.

Nothing here knows the database: whoever waits for a server holds no connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formataddr
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext, gettext_noop

from core import text
from core.wording import Sentence

PERMANENT = 500  # and above (RFC 5321, 4.2.1)
# Refused is not the address, but whoever writes to it (RFC 3463, 3.8).
POLICY = re.compile(r"^5\.7\.")
MAX_REASON = 200  # characters of what a server says
UNWRITABLE = gettext_noop("This cannot be written as a mail.")
NO_SIGN_IN = gettext_noop("The mail server does not accept Parley's sign-in.")
HUNG_UP = gettext_noop("The mail server hung up, or said nothing.")
NOT_NOW = Sentence(gettext_noop("The mail server takes no mails now: {code}."))
NOT_REACHED = Sentence(gettext_noop("The mail server cannot be reached: {error}."))
# By whether it is for good, and about the address.
REFUSED = {
    (True, True): Sentence(gettext_noop("The mail server refused the address: {said}")),
    (True, False): Sentence(gettext_noop("The mail server refused the mail: {said}")),
    (False, True): Sentence(
        gettext_noop("The mail server did not take the address: {said}")
    ),
    (False, False): Sentence(
        gettext_noop("The mail server did not take the mail: {said}")
    ),
}
# All of it, with `{name}` for values.
FAILURES = (
    *(UNWRITABLE, NO_SIGN_IN, HUNG_UP, NOT_NOW.text, NOT_REACHED.text),
    *(sentence.text for sentence in REFUSED.values()),
)


@dataclass(frozen=True)
class Letter:
    """A mail to one person. `message_id` is the same at every try, so that a letter
    which is sent twice is known as one."""

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    sender_name: str = ""
    reply_to: str = ""
    is_automatic: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of a try. `reason` is for people; where the mail may go later, it is
    not `is_final`."""

    is_sent: bool = False
    is_final: bool = True
    reason: str = ""
    # The server does not know the address: nothing will ever reach it.
    is_address_refused: bool = False
    # No other mail would fare better now.
    is_server_away: bool = False


SENT = Outcome(is_sent=True)


def is_on() -> bool:
    """Whether mail can be sent at all."""
    return bool(settings.EMAIL_URL and settings.EMAIL_FROM)


def has_links() -> bool:
    """Whether mail can be sent that leads back here."""
    return is_on() and bool(settings.PUBLIC_URL)


def why_off() -> str:
    """Return what is missing, for whoever runs Parley; empty where mail is on."""
    if not settings.EMAIL_URL:
        return gettext("no mail server is set up (EMAIL_URL)")
    return "" if settings.EMAIL_FROM else gettext("mails have no sender (EMAIL_FROM)")


def sender() -> str:
    """Return the address that mails come from."""
    address: str = settings.EMAIL_FROM
    return address


def deliver(letter: Letter) -> Outcome:
    """Hand a letter to the mail server; never raise what the server, the way there or
    the letter is to blame for."""
    try:
        message = _message(letter)
        message.connection = mail.get_connection(timeout=settings.EMAIL_TIMEOUT)
        message.send()
    except (SMTPException, OSError) as error:
        return _failure(error)
    except ValueError:  # a line break in a header, an address that is none
        return Outcome(reason=UNWRITABLE)
    return SENT


def _failure(error: SMTPException | OSError) -> Outcome:
    match error:
        case SMTPRecipientsRefused():
            return _refused(*next(iter(error.recipients.values())), at_address=True)
        case SMTPAuthenticationError():
            return _later(NO_SIGN_IN)
        case SMTPServerDisconnected():
            return _later(HUNG_UP)
        case SMTPConnectError() | SMTPHeloError():
            return _later(NOT_NOW.of(code=error.smtp_code))
        case SMTPResponseException():
            return _refused(error.smtp_code, error.smtp_error)
    return _later(NOT_REACHED.of(error=type(error).__name__))


def _message(letter: Letter) -> EmailMultiAlternatives:
    name = text.one_line(letter.sender_name)
    headers = {"Message-ID": letter.message_id}
    if letter.is_automatic:
        # No automatic answers to it, please (RFC 3834).
        headers["Auto-Submitted"] = "auto-generated"
    message = EmailMultiAlternatives(
        subject=text.one_line(letter.subject),
        body=letter.text,
        from_email=formataddr((name, settings.EMAIL_FROM)),
        to=[letter.recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=headers,
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _refused(code: int, said: bytes | str, *, at_address: bool = False) -> Outcome:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    words = text.visible(words)[:MAX_REASON]
    is_final = code >= PERMANENT
    return Outcome(
        is_final=is_final,
        reason=REFUSED[is_final, at_address].of(said=f"{code} {words}".strip()),
        is_address_refused=at_address and is_final and not POLICY.match(words),
    )


def _later(reason: str) -> Outcome:
    return Outcome(is_final=False, reason=reason, is_server_away=True)
