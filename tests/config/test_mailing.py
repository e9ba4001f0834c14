"""The three variables that mail is set up by."""

from __future__ import annotations

import pytest

from config.mailing import mail_server, public_address, sender


def test_the_usual_ports_are_taken() -> None:
    assert mail_server("smtp+tls://u:p%40@mail.example")["EMAIL_PORT"] == 587
    assert mail_server("smtp+ssl://u:p@mail.example")["EMAIL_PORT"] == 465
    assert mail_server("smtp://mail.example")["EMAIL_PORT"] == 25
    assert mail_server("smtp://mail.example:2525")["EMAIL_PORT"] == 2525
    assert mail_server("smtp+tls://u:p%40@mail.example")["EMAIL_HOST_PASSWORD"] == "p@"
    assert mail_server("") == {}


@pytest.mark.parametrize("url", ["nonsense", "foo://x", "smtp://", "smtp://h:x"])
def test_what_is_no_mail_server_is_said_so(url: str) -> None:
    with pytest.raises(SystemExit, match="EMAIL_URL must read"):
        mail_server(url)


def test_the_sender_is_an_address() -> None:
    assert sender("") == ""
    assert sender("chat@example.com") == "chat@example.com"
    for wrong in ("chat", "Chat <chat@example.com>", "chat@example.com\nBcc: x@y.z"):
        with pytest.raises(SystemExit, match="EMAIL_FROM"):
            sender(wrong)


def test_the_public_address_is_one_of_a_site() -> None:
    assert public_address("https://chat.example.com/") == "https://chat.example.com"
    assert public_address("") == ""
    for wrong in ("chat.example.com", "https://x/y", "ftp://x", "https://x?y=1"):
        with pytest.raises(SystemExit, match="PUBLIC_URL"):
            public_address(wrong)
