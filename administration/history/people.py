"""Who comes: customers who are known already, and new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from administration.history.dice import Dice
from contacts.models import Customer

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Organisation

REGULARS = 120
SUBJECT = "demo-shopper-{number}"
FIRST = {
    "en": ("Olivia", "Noah", "Amelia", "Jack", "Grace", "Harry", "Sophie", "Liam",
           "Emma", "Ethan", "Ruby", "Oscar", "Zoe", "Ben", "Nora", "Owen"),
    "de": ("Anna", "Lukas", "Marie", "Felix", "Jana", "Moritz", "Lena", "Tim"),
    "ar": ("ليلى", "عمر", "مريم", "يوسف", "سارة", "خالد"),
}  # fmt: skip
LAST = {
    "en": ("Baker", "Hughes", "Carter", "Reed", "Morgan", "Bailey", "Foster", "Hill",
           "Walsh", "Barnes", "Price", "Long", "Doyle", "Kerr", "Shaw", "Marsh"),
    "de": ("Becker", "Schäfer", "Koch", "Vogel", "Krüger", "Lang", "Huber", "Wolf"),
    "ar": ("حداد", "منصور", "نصر", "الخطيب", "سالم", "عيسى"),
}  # fmt: skip
LANGUAGES = ("en",) * 16 + ("de",) * 3 + ("ar",)
AS_BROWSERS_SAY = {"en": ("en-GB", "en", "en-US"), "de": ("de-DE", "de"), "ar": ("ar",)}


class People:
    """The customers of an organisation, as far as a day needs them."""

    def __init__(self, organisation: Organisation, dice: Dice) -> None:
        self._organisation = organisation
        self._dice = dice
        rows = organisation.customers.filter(
            subject__startswith=SUBJECT.format(number="")
        )
        self.known = {row.subject: row for row in rows}
        self.new: list[Customer] = []
        # Those who were here earlier than is known.
        self.earlier: set[Customer] = set()

    def somebody(self, now: datetime) -> tuple[Customer, str]:
        """Return who comes at this time, and the language they speak."""
        dice = self._dice
        if dice.chance(0.35):
            return self._regular(dice.randrange(REGULARS), now)
        language = dice.choice(LANGUAGES)
        name = self._name(dice, language) if dice.chance(0.85) else ""
        customer = Customer(organisation=self._organisation, name=name, created_at=now)
        if name and dice.chance(0.6):
            customer.email = f"visitor-{dice.randrange(10**6)}@mail.example"
        self.new.append(customer)
        return customer, language

    def _regular(self, number: int, now: datetime) -> tuple[Customer, str]:
        own = Dice(f"regular {number}")
        language = own.choice(LANGUAGES)
        subject = SUBJECT.format(number=number)
        customer = self.known.get(subject)
        if customer is None:
            customer = Customer(
                organisation=self._organisation,
                name=self._name(own, language),
                email=f"shopper-{number}@mail.example",
                phone=f"+49 30 {own.randrange(1_000_000, 9_999_999)}",
                subject=subject,
                created_at=now,
            )
            self.known[subject] = customer
            self.new.append(customer)
        elif now < customer.created_at:
            customer.created_at = now
            if customer.pk is not None:
                self.earlier.add(customer)
        return customer, language

    @staticmethod
    def _name(dice: Dice, language: str) -> str:
        return f"{dice.choice(FIRST[language])} {dice.choice(LAST[language])}"
