"""What mails may say: the placeholders of each kind, and those it cannot be without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models.mail import MailKind
from core import placeholders, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.functional import _StrPromise

ORGANISATION = "organisation.name"
CUSTOMER, AGENT = "customer.name", "agent.name"
PERSON, EMAIL = "person.name", "person.email"
ANSWER, QUESTION, TRANSCRIPT = "answer", "question", "transcript"
LINK, HOW_TO_ANSWER = "link", "how_to_answer"
# In sentences of ours alone.
REPLY_TO = "reply.to"

# What people have written, in as many lines as they took.
BLOCKS = (ANSWER, QUESTION, TRANSCRIPT)
# Without one of these there is nothing to say about it.
OPTIONAL = (LINK, QUESTION)


@dataclass(frozen=True)
class Wording:
    """A kind of mail: `names` may stand in the subject, too. `label` is on the button
    that its link becomes."""

    names: tuple[str, ...]
    others: tuple[str, ...]
    needed: tuple[str, ...] = ()
    label: _StrPromise | str = ""

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.names, *self.others)


WORDINGS = {
    MailKind.REPLY: Wording(
        names=(ORGANISATION, CUSTOMER, AGENT),
        others=(ANSWER, QUESTION, HOW_TO_ANSWER, LINK),
        needed=(ANSWER,),
        label=gettext_lazy("Write again"),
    ),
    MailKind.TRANSCRIPT: Wording(
        names=(ORGANISATION, CUSTOMER),
        others=(TRANSCRIPT, HOW_TO_ANSWER),
        needed=(TRANSCRIPT,),
    ),
    MailKind.RESUME: Wording(
        names=(ORGANISATION, CUSTOMER, AGENT),
        others=(LINK,),
        needed=(LINK,),
        label=gettext_lazy("Back to the chat"),
    ),
    MailKind.INVITATION: Wording(
        names=(ORGANISATION, PERSON, EMAIL),
        others=(LINK,),
        needed=(LINK,),
        label=gettext_lazy("Choose your password"),
    ),
    MailKind.PASSWORD: Wording(
        names=(ORGANISATION, PERSON, EMAIL),
        others=(LINK,),
        needed=(LINK,),
        label=gettext_lazy("Choose a new password"),
    ),
    MailKind.TEST: Wording(names=(ORGANISATION, PERSON), others=(HOW_TO_ANSWER,)),
}
# Those whose words an organisation chooses.
CHOSEN = [kind for kind in WORDINGS if kind != MailKind.TEST]


def mistakes(kind: MailKind, *, subject: str, body: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the words of a mail: the field, and a sentence."""
    wording = WORDINGS[kind]
    if any(text.breaks_line(character) for character in subject):
        yield "subject", _("A subject is one line.")
    for field, said, known in (
        ("subject", subject, wording.names),
        ("text", body, wording.known),
    ):
        for unknown in placeholders.unknown(said, known)[:1]:
            yield (
                field,
                _("“%(unknown)s” stands for nothing here. Known: %(known)s.")
                % {
                    "unknown": unknown,
                    "known": placeholders.listed(known),
                },
            )
    for name in wording.needed:
        if name not in placeholders.used(body):
            yield (
                "text",
                _("This mail is of no use without %(needed)s.")
                % {"needed": placeholders.shown(name)},
            )


def how_to_answer(kind: MailKind, *, reply_to: str, link: str) -> str:
    """Return the sentence for {how_to_answer}, with placeholders of its own."""
    if kind == MailKind.REPLY:
        return _how_to_reply(reply_to=reply_to, link=link)
    if kind == MailKind.TRANSCRIPT:
        if reply_to:
            return _("Questions? Write to {reply.to}.")
        return _("Nobody reads replies to this mail.")
    if reply_to:
        return _("Answers go to {reply.to}.")
    return _("Answers go nowhere: the organisation settings name no address for them.")


def _how_to_reply(*, reply_to: str, link: str) -> str:
    if reply_to:
        return _("To answer, reply to this mail: it goes to {reply.to}.")
    if link:
        return _("Nobody reads replies to this mail. To write again: {link}")
    return _(
        "Nobody reads replies to this mail. To write again, open the chat on our site."
    )


def samples() -> dict[str, str]:
    """Return a value for everything that may be filled in, to look at a mail."""
    return {
        CUSTOMER: "Dora Blum",
        AGENT: "Alice",
        PERSON: "Ben Ito",
        EMAIL: "ben@example.com",
        ANSWER: _("Your order left us this morning.\nIt arrives tomorrow."),
        QUESTION: _("Where is my order?"),
        TRANSCRIPT: _(
            "[10:02] Dora Blum: Where is my order?\n"
            "[10:03] Alice: It left us this morning."
        ),
        LINK: "https://chat.example.com/sample",
    }
