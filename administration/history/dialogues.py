"""What is talked about: scripted conversations, with gaps for what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from administration.history import dialogues_abroad, dialogues_english

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_ANSWER = "No answer"
PRODUCTS = (
    "Grinder 200", "Grinder 400 Pro", "kettle Lima", "scale Uno", "filter set XL",
    "travel mug", "milk frother", "Espresso One",
)  # fmt: skip
DAYS = {
    "en": ("on Monday", "on Tuesday", "yesterday", "last Friday", "two weeks ago"),
    "de": ("am Montag", "am Dienstag", "gestern", "letzten Freitag"),
    "ar": ("يوم الاثنين", "يوم الثلاثاء", "أمس"),
}
GREETINGS = {
    "en": ("Hello {name}, my name is {agent}. How can I help you?",
           "Hello {name}, {agent} here. One moment please, I am looking into it."),
    "de": ("Hallo {name}, mein Name ist {agent}. Wie kann ich helfen?",
           "Hallo {name}, hier ist {agent}. Einen Moment bitte, ich sehe nach."),
    "ar": ("مرحباً {name}، معك {agent}. كيف يمكنني مساعدتك؟",
           "مرحباً {name}، معك {agent}. لحظة من فضلك، سأتحقق من الأمر."),
}  # fmt: skip


@dataclass(frozen=True)
class Dialogue:
    """A conversation: its queue, what it is wrapped up as, and its lines, each with
    who says it (C, A) and whether it holds what nobody should send."""

    queue: str
    topic: str
    language: str
    lines: tuple[tuple[str, str, bool], ...]


def _read(text: str, language: str) -> Iterator[Dialogue]:
    for block in text.strip().split("\n\n"):
        head, *lines = block.splitlines()
        queue, topic = head.strip("# ").split(" / ")
        said = []
        for line in lines:
            who, words = line.split(" ", 1)
            said.append((who[0], words, who.endswith("!")))
        yield Dialogue(queue, topic, language, tuple(said))


ALL = (
    *_read(dialogues_english.SUPPORT, "en"),
    *_read(dialogues_english.BILLING, "en"),
    *_read(dialogues_english.SALES, "en"),
    *_read(dialogues_abroad.GERMAN, "de"),
    *_read(dialogues_abroad.ARABIC, "ar"),
)


def about(queue: str, language: str) -> list[Dialogue]:
    """Return the conversations that fit a queue, in a language; those of support where
    nothing is known of the queue."""
    spoken = [each for each in ALL if each.language == language]
    return [each for each in spoken if each.queue == queue] or [
        each for each in spoken if each.queue == "Support"
    ]


def greeting(language: str, *, asked: bool) -> str:
    return GREETINGS[language][asked]
