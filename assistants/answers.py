"""What a language model answered: hostile until it was checked; pure rules.

The shape is the one we ask for, with nothing beside it. What the model may do is fixed
here, whatever an article or a customer has told it.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from assistants.prompts import ACTIONS, LONGEST_ANSWER, LONGEST_SUMMARY, MOST_SOURCES

NEEDED, ALLOWED = {"answer", "sources", "action"}, {"summary"}


class NotValid(Exception):
    """It is no answer; the message says why, in our own words."""


class Answered(NamedTuple):
    """What a model says, and what is to happen: one of three actions."""

    answer: str = ""
    sources: tuple[int, ...] = ()
    action: str = "reply"
    summary: str = ""


def read(body: bytes) -> Answered:
    """Return the answer in the body of a server that speaks as OpenAI's does. One that
    refuses has nothing to say. Raise NotValid."""
    choices = _parsed(body, gettext_noop("The server's answer is not JSON."))
    message = _dig(choices, "choices", 0, "message")
    if not isinstance(message, dict):
        raise NotValid(gettext_noop("The server's answer has no message."))
    filtered = _dig(choices, "choices", 0, "finish_reason") == "content_filter"
    if message.get("refusal") or filtered:
        return Answered()
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise NotValid(gettext_noop("The model says nothing."))
    return _checked(_parsed(content, gettext_noop("The model's answer is not JSON.")))


def _parsed(text: bytes | str, otherwise: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotValid(otherwise) from error


def _dig(value: Any, *path: str | int) -> Any:
    """Return what is at this place of a JSON value; None where nothing is."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _checked(said: Any) -> Answered:
    if not isinstance(said, dict) or not NEEDED <= said.keys() <= NEEDED | ALLOWED:
        raise NotValid(
            gettext_noop("The model's answer has not the fields that it was asked for.")
        )
    answer, action = said["answer"], said["action"]
    if not isinstance(action, str) or action not in ACTIONS:
        raise NotValid(gettext_noop("The model wants to do what it may not."))
    if not isinstance(answer, str) or len(answer) > LONGEST_ANSWER:
        raise NotValid(
            gettext_noop("The model's answer is no text of at most 8,000 characters.")
        )
    return Answered(
        _sayable(answer), _ids(said["sources"]), action, _summary(said.get("summary"))
    )


def _ids(sources: Any) -> tuple[int, ...]:
    is_list = isinstance(sources, list) and len(sources) <= MOST_SOURCES
    if not is_list or not all(type(each) is int for each in sources):
        raise NotValid(
            gettext_noop("The model's sources are no list of at most 20 ids.")
        )
    return tuple(dict.fromkeys(sources))


def _summary(summary: Any) -> str:
    if summary is not None and not isinstance(summary, str):
        raise NotValid(gettext_noop("The model's summary is no text."))
    return _sayable(summary or "")[:LONGEST_SUMMARY]


def _sayable(text: str) -> str:
    """Return a text that every database can store."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotValid(
            gettext_noop("The model's answer has half a character.")
        ) from error
    if "\0" in text:
        raise NotValid(gettext_noop("The model's answer has a NUL."))
    return text.strip()
