"""Names in the place of placeholders, and sentences that close up without them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues import placeholders
from queues.placeholders import AGENT, CUSTOMER, KNOWN, QUEUE

DORA = {CUSTOMER: "Dora", AGENT: "Alice", QUEUE: "Support"}
NOBODY = {CUSTOMER: "", AGENT: "Alice", QUEUE: "Support"}
WRITTEN = [f"{{{name}}}" for name in KNOWN]
# Texts without braces, in which nothing can be a placeholder.
PLAIN = st.text(st.characters(exclude_characters="{}\0", codec="utf-8"), max_size=40)
WORDS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


def test_names_stand_where_they_are_asked_for() -> None:
    text = "Hello {customer.name}, {agent.name} of { Queue.Name } here."

    assert placeholders.filled(text, DORA) == "Hello Dora, Alice of Support here."


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("Hello {customer.name}, how…", "Hello, how…"),
        ("Hello {customer.name}", "Hello"),
        ("Hello {customer.name}.", "Hello."),
        ("Thank you, {customer.name}!", "Thank you!"),
        ("Is that you, {customer.name}? Good.", "Is that you? Good."),
        ("Yes, {customer.name}, I see", "Yes, I see"),
        ("Hello {customer.name} and welcome", "Hello and welcome"),
        ("{customer.name}, how can I help?", "How can I help?"),
        ("{customer.name}! Welcome", "Welcome"),
        ("{customer.name} - hello", "Hello"),
        ("Well. {customer.name}, please wait", "Well. Please wait"),
        ("Hi {customer.name}\n{customer.name}: we are here", "Hi\nWe are here"),
        ("{customer.name}, www.acme.example is ours", "www.acme.example is ours"),
        ("{customer.name}: https://acme.example", "https://acme.example"),
        ("It is {customer.name}\u2019s order", "It is order"),
        ("The customer ({customer.name}) waits", "The customer waits"),
        ("“{customer.name}” it says", "it says"),
        ("Name: {customer.name}", "Name:"),
        ("Hello {customer.name} {customer.name}!", "Hello!"),
        ("{customer.name} {agent.name} here", "Alice here"),
        ("{customer.name}", ""),
        ("Dear {customer.name},\n\nthank you", "Dear,\n\nthank you"),
        ("مرحبا {customer.name}، كيف", "مرحبا، كيف"),
        ("您好\uff0c{customer.name}\uff01", "您好\uff01"),
    ],
)
def test_an_empty_name_leaves_no_hole(text: str, closed: str) -> None:
    assert placeholders.filled(text, NOBODY) == closed


@pytest.mark.parametrize("name", [" ", "\u200b", "\n"])
def test_a_name_that_nobody_sees_is_empty(name: str) -> None:
    assert placeholders.filled("Hello {customer.name}!", {CUSTOMER: name}) == "Hello!"


@pytest.mark.parametrize(
    "unknown",
    [
        "{customer}",
        "{customer.email}",
        "{}",
        "{0}",
        "{agent.__class__}",
        "{customer.name!r}",
        "{{customer.name}}",
        "{ anything else }",
    ],
)
def test_what_stands_for_nothing_is_found(unknown: str) -> None:
    text = f"Hello {{customer.name}}, {unknown} and {{ Agent.Name }}."

    assert placeholders.unknown(text) == [unknown]


@pytest.mark.parametrize("text", ["a { b", "a } b", "} {", "{\n}"])
def test_lone_braces_are_text(text: str) -> None:
    assert placeholders.unknown(text) == []
    assert placeholders.filled(text, NOBODY) == text


@given(text=PLAIN, name=st.sampled_from(["", "Dora"]))
def test_a_text_without_placeholders_stays_as_it_is(text: str, name: str) -> None:
    assert placeholders.unknown(text) == []
    assert placeholders.filled(text, {CUSTOMER: name}) == text


@given(before=PLAIN, after=PLAIN, name=st.from_regex(r"\S{1,20}", fullmatch=True))
def test_what_stands_around_a_name_stays(before: str, after: str, name: str) -> None:
    shown = placeholders.filled("{customer.name}", {CUSTOMER: name})

    text = placeholders.filled(f"{before}{{customer.name}}{after}", {CUSTOMER: name})

    if shown:
        assert text == f"{before}{shown}{after}"


@given(name=st.lists(st.sampled_from([*WRITTEN, "{x}", "\\1", "%s"]), min_size=1))
def test_a_name_is_not_searched_for_placeholders(name: list[str]) -> None:
    given = {CUSTOMER: "".join(name), AGENT: "Alice"}

    assert placeholders.filled("<{customer.name}>", given) == f"<{''.join(name)}>"


@given(
    st.lists(
        st.one_of(WORDS, st.sampled_from(["{customer.name}"])), min_size=1, max_size=8
    ),
    st.lists(st.sampled_from([" ", ", ", ". ", "! ", "\n"]), min_size=8, max_size=8),
)
def test_without_names_all_words_stay_and_nothing_gapes(
    parts: list[str], between: list[str]
) -> None:
    text = "".join(
        map("".join, zip(parts, [*between[: len(parts) - 1], ""], strict=True))
    )

    closed = placeholders.filled(text, NOBODY)

    words = [part for part in parts if part in re.findall("[a-z]+", part)]
    assert re.findall("[a-z]+", closed.lower()) == words
    assert not re.search(r" [ ,.!]|^[ ,]|, *$|\{", closed)


@given(
    st.text(max_size=60), st.dictionaries(st.sampled_from(KNOWN), st.text(max_size=9))
)
def test_every_text_can_be_filled(text: str, names: dict[str, str]) -> None:
    filled = placeholders.filled(text, names)

    assert "\0" not in filled
