"""The demo organisations in plain values; `administration.demo` makes rows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from administration import demo_articles
from agents.models import Detector, Role

OFFICE_HOURS: dict[str, Any] = {
    "name": "Office hours",
    "timezone": "Europe/Berlin",
    "weekly": [
        *({"day": day, "from": "09:00", "to": "18:00"} for day in range(5)),
        {"day": 5, "from": "10:00", "to": "14:00"},
    ],
    "country": "DE",
}


@dataclass(frozen=True, kw_only=True)
class Centre:
    """One demo organisation, in plain values."""

    name: str
    slug: str
    people: tuple[tuple[str, str, Role], ...]
    team: str
    queues: dict[str, str]
    responses: dict[str, str]
    articles: dict[str, str]
    wrapup_codes: dict[str, str]
    idle_codes: tuple[str, ...]
    assistant: dict[str, Any]
    intents: tuple[dict[str, Any], ...]
    entry_points: tuple[dict[str, Any], ...]
    hours: dict[str, Any] = field(default_factory=lambda: dict(OFFICE_HOURS))
    settings: dict[str, Any] = field(default_factory=dict)
    # Who has which skill, and how well: {skill: {e-mail: level}}. Nothing asks for them
    # until somebody sets it up.
    skills: dict[str, dict[str, int]] = field(default_factory=dict)
    # An assistant that asks a language model, if there is one.
    model: dict[str, Any] = field(default_factory=dict)


ASK_TO_CLOSE = (
    "Thank you for chatting with us, {customer.name}. If there is nothing else I can "
    "help you with, please close the chat with the End chat button."
)
IDLE_CODES = ("Break", "Meeting")
WRAPUP_CODES = {
    "Resolved": "The customer has what they came for.",
    "Escalated": "Somebody else takes it from here.",
    "No answer": "The customer stopped answering.",
    "Wrong number": "The customer wanted somebody else.",
}
PRECHAT_FIELDS = [
    {"name": "name", "label": "Name", "type": "text", "required": False},
    {"name": "email", "label": "E-mail", "type": "email", "required": False},
]

ACME = Centre(
    name="Acme",
    slug="acme",
    people=(
        ("admin@acme.example", "Ada", Role.ADMINISTRATOR),
        ("sam@acme.example", "Sam", Role.SUPERVISOR),
        ("alice@acme.example", "Alice", Role.AGENT),
        ("bob@acme.example", "Bob", Role.AGENT),
        ("carol@acme.example", "Carol", Role.AGENT),
    ),
    team="Front line",
    queues={
        "Sales": "Offers, prices and new orders.",
        "Support": "Help with what the customer already has.",
        "Billing": "Invoices, payments and refunds.",
    },
    responses={
        "Greeting": "Hello {customer.name}, my name is {agent.name}. How can I help "
        "you?",
        "One moment": "One moment please, I am looking into it.",
        "Please close the chat": ASK_TO_CLOSE,
        "Card number": "Please never send card numbers in this chat. You can pay "
        "safely on our payment page.",
    },
    articles=demo_articles.ACME,
    skills={
        "German": {"alice@acme.example": 5, "bob@acme.example": 2},
        "Billing": {"bob@acme.example": 4, "carol@acme.example": 3},
    },
    wrapup_codes=WRAPUP_CODES,
    idle_codes=IDLE_CODES,
    assistant={
        "name": "Acme assistant",
        "greeting": "Hello! I am Acme's assistant. Ask me something, or write "
        "“person” to talk to one.",
        "fallback": "I did not understand that. Could you say it in other words?",
        "max_misses": 2,
    },
    intents=(
        {
            "name": "Opening hours",
            "phrases": ["opening hours", "when are you open", "are you open"],
            "reply": "We are here Monday to Friday, 8 am to 6 pm.",
        },
        {
            "name": "Delivery",
            "phrases": ["delivery", "where is my order", "shipping"],
            "reply": "Orders arrive within three working days.",
        },
        {
            "name": "Invoice",
            "phrases": ["invoice", "bill", "refund"],
            "reply": "I will get you to our billing team.",
            "action": "escalate",
            "queue": "Billing",
        },
        {
            "name": "A person",
            "phrases": ["person", "agent", "human", "talk to somebody"],
            "reply": "Of course. Please wait a moment.",
            "action": "escalate",
        },
        {
            "name": "Goodbye",
            "phrases": ["goodbye", "bye"],
            "reply": "Goodbye, and thank you for visiting Acme.",
            "action": "end",
        },
    ),
    entry_points=(
        {
            "key": "acme-web",
            "name": "Acme website",
            "queue": "Support",
            "with_assistant": True,
            "greeting": "Welcome to Acme. How can we help?",
            "rules": [
                {
                    "pattern": "/demo/*",
                    "seconds": 20,
                    "text": "Questions about our grinders? We are here.",
                    "is_active": False,
                }
            ],
        },
        {
            "key": "acme-direct",
            "name": "Acme support",
            "queue": "Support",
            "greeting": "Welcome to Acme support. Somebody will be with you shortly.",
        },
        {
            "key": "acme-help",
            "name": "Acme help",
            "queue": "Support",
            "with_model": True,
            "greeting": "Ask us about orders, delivery, payment and returns.",
        },
    ),
    model={
        "name": "Acme answers",
        "greeting": "Hello! I am an automated assistant, and answer from Acme's help "
        "pages. You can talk to a person at any time.",
        "fallback": "I have no certain answer to that. One of us takes over.",
        "instructions": "You answer for Acme, a shop. Be friendly and brief.",
        "base_url": "http://127.0.0.1:11434/v1",
        "model": "qwen2.5:7b-instruct",
    },
    settings={
        "country": "DE",
        "sensitive_data_detectors": [
            Detector.CARD,
            Detector.CARD_VERIFICATION,
            Detector.IBAN,
        ],
    },
)

GLOBEX = Centre(
    name="Globex",
    slug="globex",
    people=(
        ("admin@globex.example", "Greta", Role.ADMINISTRATOR),
        ("gina@globex.example", "Gina", Role.AGENT),
    ),
    team="Help desk",
    queues={"Help": "Everything Globex's customers ask."},
    responses={
        "Greeting": "Hello {customer.name}, this is {agent.name} of Globex.",
        "Please close the chat": ASK_TO_CLOSE,
    },
    articles=demo_articles.GLOBEX,
    wrapup_codes=WRAPUP_CODES,
    idle_codes=IDLE_CODES,
    assistant={
        "name": "Globex assistant",
        "greeting": "Welcome to Globex. What is it about?",
        "fallback": "I am sorry, I did not understand that.",
    },
    intents=(
        {
            "name": "A person",
            "phrases": ["person", "agent", "human"],
            "reply": "Please wait, somebody will be with you.",
            "action": "escalate",
        },
    ),
    entry_points=(
        {
            "key": "globex-web",
            "name": "Globex website",
            "queue": "Help",
            "greeting": "Welcome to Globex.",
        },
    ),
)
