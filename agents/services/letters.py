"""What mails say: templates/mail/ has a text and an HTML part of each."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.template.loader import render_to_string


class Written(NamedTuple):
    subject: str
    text: str
    html: str


def write(name: str, **context: Any) -> Written:
    """Return the mail of this name. The first line of its text is the subject."""
    lines = render_to_string(f"mail/{name}.txt", context).strip()
    subject, _, text = lines.partition("\n")
    subject = subject.strip()
    html = render_to_string(f"mail/{name}.html", {**context, "subject": subject})
    return Written(subject, f"{text.strip()}\n", html)
