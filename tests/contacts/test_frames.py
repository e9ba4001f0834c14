"""Frames that say something plain are read fast, and as all others are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from contacts.consumers.frames import (
    HelloFrame,
    SendFrame,
    greeted_plainly,
    said_plainly,
)
from contacts.serializers import MAX_SEQ

CONTACT = "0b2f4a52-3d0e-4c1c-9d3a-7d1c6f1f0a11"
PLAIN = {"contact": CONTACT, "client_id": "one", "text": "Hello"}
odd: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.lists(st.text(max_size=3)), st.just({})
)
texts = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(["", " ", "\t", "\u200b", "a" * 64, "a" * 65, "b" * 8001, "\x00"]),
)
frames = st.fixed_dictionaries(
    {
        "contact": st.one_of(st.just(CONTACT), st.uuids().map(str), texts, odd),
        "client_id": st.one_of(texts, odd),
        "text": st.one_of(texts, odd),
    },
    optional={
        "attachments": st.one_of(odd, st.just([CONTACT])),
        "type": st.just("send"),
    },
)


@given(frame=frames)
@example(frame={**PLAIN, "contact": f"{{{CONTACT}}}"})
@example(frame={**PLAIN, "text": "  \ud800"})
@example(frame={**PLAIN, "text": f" {'b' * 8000} "})
def test_a_plain_frame_is_read_as_any_other(frame: dict[str, Any]) -> None:
    fast = said_plainly(frame)

    if fast is not None:
        assert fast == SendFrame().run_validation(frame)


@pytest.mark.parametrize("more", [{}, {"attachments": []}, {"type": "send"}])
def test_what_people_say_is_read_fast(more: dict[str, Any]) -> None:
    frame = json.loads(json.dumps({**PLAIN, **more}))

    assert said_plainly(frame) == SendFrame().run_validation(frame)


@pytest.mark.parametrize("wrong", [{"text": " "}, {"client_id": ""}, {"contact": "x"}])
def test_what_is_wrong_is_left_to_who_can_say_why(wrong: dict[str, Any]) -> None:
    frame = {**PLAIN, **wrong}

    assert said_plainly(frame) is None
    with pytest.raises(ValidationError):
        SendFrame().run_validation(frame)


hellos = st.fixed_dictionaries(
    {"token": st.one_of(texts, odd, st.from_regex(r"[\w-]{1,201}\n?", fullmatch=True))},
    optional={
        "tab": st.one_of(
            texts, odd, st.uuids().map(str), st.from_regex(r"[\w-]+\n?", fullmatch=True)
        ),
        "after": st.one_of(odd, st.integers(-1, MAX_SEQ + 1), st.just("3")),
        "type": st.just("hello"),
    },
)


@given(frame=hellos)
@example(frame={"token": "abc", "tab": "one\n"})
@example(frame={"token": "abc\n"})
@example(frame={"token": "abc", "after": True})
def test_a_plain_hello_is_read_as_any_other(frame: dict[str, Any]) -> None:
    fast = greeted_plainly(frame)

    if fast is not None:
        assert fast == HelloFrame().run_validation(frame)


@pytest.mark.parametrize("more", [{}, {"after": 3}, {"tab": "a-1"}, {"type": "hello"}])
def test_what_pages_greet_with_is_read_fast(more: dict[str, Any]) -> None:
    frame = json.loads(json.dumps({"token": "a_B-9" * 8, **more}))

    assert greeted_plainly(frame) == HelloFrame().run_validation(frame)
