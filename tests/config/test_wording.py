"""No text for people goes round translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The schema's pages are in English, and what goes into other people's sites is theirs.
BESIDES = {"api/docs.html"}


def found(folder: str, pattern: str, look: Callable[[str], Iterator[str]]) -> list[str]:
    root = settings.BASE_DIR / folder
    return [
        f"{name}: {text}"
        for path in sorted(root.rglob(pattern))
        if (name := str(path.relative_to(root))) not in BESIDES
        for text in look(path.read_text())
    ]


def test_every_text_of_a_template_is_translated() -> None:
    assert found("templates", "*.html", wording.in_template) == []
    assert found("templates", "*.txt", wording.in_template) == []


def test_no_script_has_a_text_of_its_own() -> None:
    assert found("static/js", "*.js", wording.in_script) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        "<p>{{ name }} is here</p>",
        '{% translate "Hello" %} you',
        '<input placeholder="Your name">',
        '<button title="Close it"></button>',
        '<a aria-label="{{ name }} opens">x</a>',
        '<input type="submit" value="Save">',
        '<form data-open="Write a message">',
        '{{ is_open|yesno:"Open,Closed" }}',
        '{{ day|default:"none" }}',
        '{% include "_x.html" with heading="Your password" %}',
        "<template data-words><p data-word='a'>It rings</p></template>",
        "{% if a %}Yes{% else %}No{% endif %}",
    ],
)
def test_a_text_in_a_template_is_seen(template: str) -> None:
    assert list(wording.in_template(template))


@pytest.mark.parametrize(
    "template",
    [
        '<p class="soft banner">{% translate "Hello" %}</p>',
        "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
        """<button title="{% translate 'Close' %}">{{ name }}</button>""",
        "<p>…</p>",
        "{# A word to those who read this. #}<!-- And another. -->",
        "<kbd>Alt</kbd><code>PARLEY_DEMO</code>",
    ],
)
def test_what_is_no_text_for_people_is_not(template: str) -> None:
    assert not list(wording.in_template(template))


@pytest.mark.parametrize(
    "script",
    [
        'label.textContent = "Close chat";',
        "setText(line, `${count} messages`);",
        "fill(row, { text: 'Something went wrong.' });",
        'button.title = "1 unread message";',
    ],
)
def test_a_text_in_a_script_is_seen(script: str) -> None:
    assert list(wording.in_script(script))


@pytest.mark.parametrize(
    "script",
    [
        'say("own-name");',
        "row.className = `status status--${look}`;",
        "// Say it in words, as people do.",
        'console.warn("Parley: there is no such event.");',
        'document.querySelector("main [data-slot=text]");',
    ],
)
def test_what_is_for_programs_is_not(script: str) -> None:
    assert not list(wording.in_script(script))
