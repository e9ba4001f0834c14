"""Sentences that are stored in English and read in other languages."""

from __future__ import annotations

from smtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPResponseException

import pytest
from django.utils import translation

from agents.services import guesses
from contacts.services import replies
from core import fetching, mailing
from core.wording import Sentence, english, shown


def failed(error: Exception) -> str:
    return mailing._failure(error).reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            failed(SMTPResponseException(552, b"5.3.4 Too big")),
            "Der Mailserver hat die Mail abgelehnt: 552 5.3.4 Too big",
        ),
        (
            failed(SMTPRecipientsRefused({"d@x.example": (450, b"Later")})),
            "Der Mailserver hat die Adresse nicht angenommen: 450 Later",
        ),
        (
            failed(SMTPConnectError(421, b"")),
            "Der Mailserver nimmt zurzeit keine Mails an: 421.",
        ),
        (
            failed(ConnectionRefusedError()),
            "Der Mailserver ist nicht erreichbar: ConnectionRefusedError.",
        ),
        (
            guesses.OF_BOTH.of(number=10),
            "10 fehlgeschlagene Anmeldungen von dieser Adresse",
        ),
        # A value may be a sentence of ours.
        (
            fetching.NO_ANSWER.of(host="x.example", reason="It does not speak HTTP."),
            "x.example hat nicht geantwortet: Er spricht kein HTTP.",
        ),
        ("It was too late to send it.", "Es war zu spät, um sie zu senden."),
        # What somebody has written stays.
        ("The customer called: {me}", "The customer called: {me}"),
        ("", ""),
    ],
)
def test_what_is_stored_in_english_is_read_in_german(stored: str, said: str) -> None:
    with translation.override("de"):
        assert shown(stored) == said
    with translation.override("en"):
        assert shown(stored) == stored


def test_every_such_sentence_is_known_again_by_itself() -> None:
    """None of them is taken for another one."""
    for sentence in Sentence.known:
        stored = sentence.of(**dict.fromkeys(sentence.names, "7"))
        found = [each for each in Sentence.known if each.in_words(stored) is not None]
        assert found == [sentence]


def test_a_page_has_the_words_for_whatever_a_mail_fails_by() -> None:
    known = {*replies.failures()}

    assert {sentence.text for sentence in mailing.REFUSED.values()} < known
    assert replies.NO_ADDRESS in known
    with translation.override("de"):
        assert all(shown(each) != each for each in known)
        assert english("x") == "x"
