"""Capacity over all channels: the three blending modes (4.4), E8."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Contact
from tests import steps
from tests.contacts.floor import can_take, holder_of, open_other, shares_of
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode


def opened(ada: Agent, channel: str, queue: Queue, direct: EntryPoint) -> Contact:
    """Open a contact of any channel."""
    if channel == "chat":
        return steps.open_chat(direct).contact
    return open_other(ada, channel, queue)


def offered(
    ada: Agent, queue: Queue, direct: EntryPoint, *channels: str
) -> dict[str, int]:
    """Open contacts; return how many of each channel an agent is asked to take."""
    contacts = [opened(ada, channel, queue, direct) for channel in channels]
    number = dict.fromkeys(channels, 0)
    for contact in contacts:
        number[contact.channel] += holder_of(contact) is not None
    return number


def test_blended_takes_contacts_of_several_channels_together(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, blending_mode="blended", voice=1, chat=2, email=1, social=5)
    steps.go_available(alice)

    number = offered(
        ada, support, direct, *["voice", "chat", "email", "chat", "social"] * 2
    )

    assert number == {"voice": 1, "chat": 2, "email": 1, "social": 2}


def test_blended_real_time_takes_no_voice_beside_a_chat(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, blending_mode="blended_realtime", voice=1, chat=2, email=1)
    steps.go_available(alice)

    number = offered(ada, support, direct, "chat", "voice", "chat", "email", "chat")

    assert number == {"chat": 2, "voice": 0, "email": 1}


def test_blended_real_time_takes_no_chat_beside_a_call(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, blending_mode="blended_realtime", voice=1, chat=2, email=1)
    steps.go_available(alice)

    number = offered(ada, support, direct, "voice", "chat", "email", "voice")

    assert number == {"voice": 1, "chat": 0, "email": 1}


@pytest.mark.parametrize("first", ["voice", "chat", "email", "social"])
def test_exclusive_takes_one_contact_over_all_channels(
    ada: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
    first: str,
) -> None:
    can_take(alice, blending_mode="exclusive", voice=1, chat=1, email=1, social=1)
    steps.go_available(alice)

    number = offered(
        ada, support, direct, first, "voice", "chat", "email", "social", first
    )

    assert {channel for channel, taken in number.items() if taken} == {first}
    assert number[first] == 1


def test_an_unticked_channel_of_exclusive_is_never_offered(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, blending_mode="exclusive", email=1)
    steps.go_available(alice)

    number = offered(ada, support, direct, "chat", "voice", "email")

    assert number == {"chat": 0, "voice": 0, "email": 1}


def test_the_end_of_a_call_lets_the_chats_in(
    ada: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    resolved: WrapUpCode,
    clockwork: Clockwork,
) -> None:
    can_take(alice, blending_mode="blended_realtime", voice=1, chat=1)
    steps.go_available(alice)
    call = open_other(ada, "voice", support)
    chat = steps.open_chat(direct)
    client = client_for(alice)
    address = f"{API}/contacts/{call.pk}"

    assert client.post(f"{address}/accept/").json()["controls"] == ["end"]
    client.post(f"{address}/end/")
    assert holder_of(chat) is None
    client.post(f"{address}/wrap-up/", {"wrapup_code": resolved.pk})

    assert shares_of(call) == [("Alice", "completed")]
    assert Contact.objects.get(pk=call.pk).closed_at is not None
    assert holder_of(chat) == "Alice"


def test_a_wrap_up_still_takes_its_slot(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode, clockwork: Clockwork
) -> None:
    can_take(alice, chat=2)
    first = steps.in_wrap_up(alice, direct)
    second = steps.open_chat(direct)
    third = steps.open_chat(direct)
    clockwork.sweeps()
    assert (holder_of(second), holder_of(third)) == ("Alice", None)

    steps.wrap_up(alice, first, resolved)

    assert holder_of(third) == "Alice"


def test_a_smaller_profile_takes_nothing_away(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]

    can_take(alice, chat=1)
    clockwork.sweeps()

    assert [holder_of(chat) for chat in chats] == ["Alice"] * 3
    assert holder_of(steps.open_chat(direct)) is None


# --- contacts of other channels -----------------------------------------------------
def test_nobody_talks_in_a_contact_of_another_channel(
    ada: Agent, alice: Agent, support: Queue, clockwork: Clockwork
) -> None:
    can_take(alice, voice=1)
    steps.go_available(alice)
    call = open_other(ada, "voice", support)
    client = client_for(alice)
    client.post(f"{API}/contacts/{call.pk}/accept/")

    response = client.post(
        f"{API}/contacts/{call.pk}/messages/", {"client_id": "1", "text": "Hello"}
    )

    refuses(response, 409, "wrong_state")
    assert not call.messages.filter(kind="text").exists()


def test_a_call_that_is_not_answered_is_rona_too(
    ada: Agent, alice: Agent, support: Queue, clockwork: Clockwork
) -> None:
    can_take(alice, voice=1)
    steps.go_available(alice)
    call = open_other(ada, "voice", support)

    clockwork.passes(seconds=35)

    alice.refresh_from_db()
    assert alice.state == "rona"
    assert shares_of(call) == [("Alice", "rona")]


@pytest.mark.parametrize("who", ["alice", "sam"])
def test_only_administrators_and_integrations_open_them(
    request: pytest.FixtureRequest, support: Queue, who: str
) -> None:
    person: Agent = request.getfixturevalue(who)

    response = client_for(person).post(
        f"{API}/contacts/", {"channel": "voice", "queue": support.pk, "customer": {}}
    )

    refuses(response, 403, "forbidden")
    assert not Contact.objects.exists()


def test_a_queue_of_another_organisation_is_none(
    ada: Agent, help_queue: Queue, acme: Organisation
) -> None:
    response = client_for(ada).post(
        f"{API}/contacts/", {"channel": "voice", "queue": help_queue.pk, "customer": {}}
    )

    refuses(response, 400, "invalid", errors=["queue"])
    assert not Contact.objects.exists()
