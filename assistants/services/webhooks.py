"""A webhook assistant: an organisation's own server is asked for every answer.

What it says is hostile until it was checked. Whatever is no answer counts as a miss.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from assistants.services import asking, replies
from assistants.services.asking import NoAnswer
from assistants.services.replies import Line, Reply, can_be_said
from contacts.models import HandoverReason, Message
from contacts.serializers import messages_json
from core import clock, fetching
from core.connections import give_back
from core.realtime import encode
from queues.models import IntentAction, Queue, validate_buttons

if TYPE_CHECKING:
    from contacts.models import Contact
    from queues.models import Assistant

SECONDS = 5
MOST_LINES = 10
HISTORY = 100  # lines


def reply_in(contact: Contact, *, assistant: Assistant) -> Reply:
    """Return what the assistant's server answers to the customer's last line; a miss
    where it does not, or not in time. People take over where it fails again and
    again."""
    body = _question(contact)
    try:
        return asking.asked(
            assistant, lambda: _read(_asked(assistant, body), assistant)
        )
    except asking.Paused:
        return replies.given_up(assistant, HandoverReason.FAILURE)
    except NoAnswer:
        return replies.miss(assistant)


def _question(contact: Contact) -> bytes:
    """Return what is asked: who it is, and what was said up to now (masked text)."""
    rows = Message.objects.filter(contact=contact, seq__lte=contact.last_seq)
    newest = rows.select_related("contact").order_by("-seq")[: HISTORY + 1]
    *history, last = messages_json(reversed(newest))
    point = contact.entry_point
    question: dict[str, Any] = {
        "contact": contact.pk,
        "entry_point": point and point.key,
        "customer": {"name": contact.customer.name},
        "message": last,
        "history": history,
    }
    return encode(question).encode()


def _asked(assistant: Assistant, body: bytes) -> fetching.Answer:
    headers = {"Content-Type": "application/json", **signature(assistant, body)}
    # Nobody waits for a database connection while another server thinks.
    give_back()
    return fetching.post(assistant.webhook_url, body, headers=headers, seconds=SECONDS)


def signature(assistant: Assistant, body: bytes) -> dict[str, str]:
    """Return the headers that prove who asks, and when."""
    timestamp = str(int(clock.now().timestamp()))
    secret = assistant.webhook_secret.encode()
    signed = hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "X-Parley-Timestamp": timestamp,
        "X-Parley-Signature": f"sha256={signed.hexdigest()}",
    }


# --- what it said -----------------------------------------------------------------
def _read(answer: fetching.Answer, assistant: Assistant) -> Reply:
    asking.refuse_unless_ok(answer)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NoAnswer(gettext_noop("Its answer is not JSON.")) from error
    if not isinstance(said, dict) or said.get("action") not in IntentAction.values:
        raise NoAnswer(gettext_noop("Its answer has no action."))
    lines = said.get("messages")
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise NoAnswer(gettext_noop("Its answer has no list of at most 10 messages."))
    action = IntentAction(said["action"])
    if action == IntentAction.REPLY and not lines:
        raise NoAnswer(gettext_noop("Its answer says nothing."))
    return Reply(
        lines=tuple(map(_line, lines)),
        action=action,
        queue=_queue(said.get("queue"), assistant),
    )


def _line(said: Any) -> Line:
    line = said.get("text") if isinstance(said, dict) else None
    if not isinstance(line, str) or not can_be_said(line.strip()):
        raise NoAnswer(gettext_noop("A message has no text of 1-8,000 characters."))
    buttons = said.get("buttons", [])
    try:
        validate_buttons(buttons)
    except ValidationError as error:
        raise NoAnswer(error.messages[0]) from error
    if not all(map(can_be_said, buttons)):
        raise NoAnswer(gettext_noop("A button cannot be said."))
    return Line(line.strip(), tuple(buttons))


def _queue(named: Any, assistant: Assistant) -> Queue | None:
    if named is None:
        return None
    is_id = isinstance(named, int) and not isinstance(named, bool)
    rows = Queue.objects.filter(organisation=assistant.organisation_id, is_active=True)
    queue = rows.filter(pk=named).first() if is_id and 0 < named < 2**31 else None
    if queue is None:
        raise NoAnswer(gettext_noop("Its queue does not exist or is not active."))
    return queue
