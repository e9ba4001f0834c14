"""A language model as assistant: it answers from the organisation's articles alone.

It is asked with the best passages and the masked conversation of one contact, and
nothing else. What it says without naming one of these articles is not said.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from assistants import answers, prompts
from assistants.prompts import Known, Spoken
from assistants.services import asking, replies
from assistants.services.asking import NoAnswer
from assistants.services.replies import Line, Reply
from contacts.models import HandoverReason, Message, MessageKind, SenderKind
from contacts.services.assisting import Source
from core import clock, fetching, redis, text
from core.connections import give_back
from core.encryption import is_readable
from core.realtime import encode
from queues.models import EntryPoint, IntentAction
from queues.queries import article_passages
from queues.services import assistants

if TYPE_CHECKING:
    from assistants.answers import Answered
    from contacts.models import Contact
    from queues.models import Assistant

SECONDS = 20
PASSAGES = 6
HISTORY = 30  # lines
BAD_REQUEST = 400
# For how long it is known that a server takes no `response_format`.
PLAIN_SECONDS = 86_400


class NoneLeft(Exception):
    """All requests of this day are spent."""


def reply_in(contact: Contact, said: str, *, assistant: Assistant) -> Reply:
    """Return what the model answers to the customer's last lines. People take over
    where it has no answer with a source, fails, or is over a limit."""
    given = Message.objects.filter(
        contact=contact, sender_kind=SenderKind.BOT, client_id__startswith="turn-"
    )
    if given.count() >= assistant.max_replies:
        return _outside()
    point = contact.entry_point
    conversation = _conversation(contact)
    known = _known(
        assistant, said, conversation, queue_id=point.queue_id if point else None
    )
    return _reply(assistant, known, conversation)


def try_out(said: str, *, assistant: Assistant) -> Reply:
    """Return what the model would answer to this text, in the queue of the first entry
    point that it stands before."""
    points = EntryPoint.objects.filter(assistant=assistant).order_by("pk")
    queue_id = points.values_list("queue_id", flat=True).first()
    conversation = [Spoken("customer", said)]
    known = _known(assistant, said, conversation, queue_id=queue_id)
    return _reply(assistant, known, conversation)


def _outside() -> Reply:
    return Reply(action=IntentAction.ESCALATE, reason=HandoverReason.OUTSIDE)


# --- what it is told --------------------------------------------------------------
def _conversation(contact: Contact) -> list[Spoken]:
    """Return the last lines of this contact, as they are stored: masked."""
    rows = Message.objects.filter(
        contact=contact, kind=MessageKind.TEXT, seq__lte=contact.last_seq
    )
    newest = list(rows.order_by("-seq")[:HISTORY])
    return [Spoken(_who(line), _words(line)) for line in reversed(newest)]


def _who(line: Message) -> str:
    is_customer = line.sender_kind == SenderKind.CUSTOMER
    return "customer" if is_customer else "assistant"


def _words(line: Message) -> str:
    files = [f"(a file: {file['name']})" for file in line.files]
    return "\n".join(filter(None, [line.text, *files]))


def _known(
    assistant: Assistant,
    said: str,
    conversation: list[Spoken],
    *,
    queue_id: int | None,
) -> list[Known]:
    """Return the passages that fit best to what was said; where they are few, also
    those that fit to what the customer said before."""
    before = "\n".join(
        spoken.text for spoken in conversation if spoken.by == "customer"
    )
    found: dict[Known, None] = {}
    for question in (said, before):
        if len(found) < PASSAGES:
            passages = article_passages(
                assistant.organisation_id, question, queue_id=queue_id, limit=PASSAGES
            )
            parts = [Known(p.article_id, p.title, p.text) for p in passages]
            found |= dict.fromkeys(parts)
    return list(found)[:PASSAGES]


# --- asking -----------------------------------------------------------------------
def _reply(
    assistant: Assistant, known: list[Known], conversation: list[Spoken]
) -> Reply:
    told = prompts.messages(assistant.instructions, known, conversation)
    try:
        answered = asking.asked(assistant, lambda: _answered(assistant, told))
    except NoneLeft:
        return _outside()
    except (asking.Paused, NoAnswer):
        return replies.given_up(assistant, HandoverReason.FAILURE)
    return _decided(answered, known, assistant)


def _answered(assistant: Assistant, told: list[dict[str, str]]) -> Answered:
    if not is_readable(assistant.api_key):
        raise NoAnswer(gettext_noop("Its key cannot be decrypted: give it again."))
    if not assistants.spend_request(assistant, now=clock.now()):
        raise NoneLeft
    # Nobody waits for a database connection while another server thinks.
    give_back()
    answer = _posted(assistant, told, ends_at=monotonic() + SECONDS)
    asking.refuse_unless_ok(answer)
    try:
        return answers.read(answer.body)
    except answers.NotValid as error:
        raise NoAnswer(str(error)) from error


def _posted(
    assistant: Assistant, told: list[dict[str, str]], *, ends_at: float
) -> fetching.Answer:
    """Ask for an answer of our shape; a server that knows of none is asked once more,
    without."""
    question: dict[str, Any] = {"model": assistant.model, "messages": told}
    plain = f"assistant:{assistant.pk}:plain"
    if not redis.remembers(plain):
        shaped = {**question, "response_format": prompts.SHAPE}
        answer = _post(assistant, shaped, ends_at)
        if answer.status != BAD_REQUEST or b"response_format" not in answer.body:
            return answer
        redis.remember(plain, seconds=PLAIN_SECONDS)
    return _post(assistant, question, ends_at)


def _post(
    assistant: Assistant, question: dict[str, Any], ends_at: float
) -> fetching.Answer:
    headers = {"Content-Type": "application/json"}
    if assistant.api_key:
        headers["Authorization"] = f"Bearer {assistant.api_key}"
    return fetching.post(
        f"{assistant.base_url.rstrip('/')}/chat/completions",
        encode(question).encode(),
        headers=headers,
        seconds=max(ends_at - monotonic(), 0.001),
    )


# --- what it said -----------------------------------------------------------------
def _decided(answered: Answered, known: list[Known], assistant: Assistant) -> Reply:
    """Return what becomes of an answer: only what names its sources is said."""
    action = IntentAction(answered.action)
    if action == IntentAction.ESCALATE:
        return Reply(action=action, summary=answered.summary)
    if action == IntentAction.END and text.is_blank(answered.answer):
        return Reply(action=action)
    titles = {part.article: part.title for part in known}
    has_sources = bool(answered.sources) and titles.keys() >= set(answered.sources)
    if text.is_blank(answered.answer) or not has_sources:
        given_up = replies.given_up(assistant, HandoverReason.NO_SOURCE)
        return replace(given_up, summary=answered.summary)
    sources = tuple(Source(pk, titles[pk]) for pk in answered.sources)
    return Reply((Line(answered.answer, sources=sources),), action=action)
