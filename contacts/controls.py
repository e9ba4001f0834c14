"""Which controls a person has in a situation (domain 4.6): a pure decision."""

from __future__ import annotations

from dataclasses import dataclass

from agents.models import Channel, Power
from contacts.models import AssignmentRole, AssignmentState, ContactState

# The role of one who only follows what is said.
WATCHER = "watcher"


@dataclass(frozen=True)
class Situation:
    """What the controls of a card depend on."""

    share: str
    role: str
    contact: str
    channel: str = Channel.CHAT
    # What agents write goes out as mail.
    is_by_mail: bool = False
    # The consulted agent's share: "offered", "connected", or "" for none.
    consulted: str = ""
    # The customer left while a consulted agent was in the chat.
    left_in_conference: bool = False
    # The contact's queue has a predefined response (R34).
    has_responses: bool = False
    # What a watcher may do besides.
    powers: frozenset[str] = frozenset()
    # Organisation and profile let the agent send files, and start video calls.
    may_attach: bool = True
    may_video: bool = True


def controls(now: Situation) -> list[str]:
    """Return the controls, in the order in which the desk shows them."""
    absent = {name for name, is_there in _conditional(now).items() if not is_there}
    return [name for name in _all(now) if name not in absent]


def _conditional(now: Situation) -> dict[str, bool]:
    return {
        "attach": now.may_attach,
        "respond": now.has_responses,
        "video": now.may_video,
    }


def _all(now: Situation) -> list[str]:
    if now.role == WATCHER:
        return _of_watcher(now)
    if now.share == AssignmentState.OFFERED:
        return ["accept", "decline"]
    if now.share == AssignmentState.WRAPUP:
        return ["wrap_up"]
    if now.share != AssignmentState.CONNECTED:
        return []
    if now.role == AssignmentRole.CONSULTED:
        return [*_talking(now), "conference_exit"]
    return _of_owner(now)


def _of_owner(now: Situation) -> list[str]:
    if now.contact == ContactState.ENDED:
        return ["conference_end" if now.left_in_conference else "end"]
    if now.is_by_mail:
        return ["send", "respond", "transfer", "end"]
    if now.channel != Channel.CHAT:
        return ["end"]
    if now.consulted == AssignmentState.CONNECTED:
        return [*_talking(now), "conference_drop", "conference_end", "video"]
    if now.consulted == AssignmentState.OFFERED:
        return [*_talking(now), "transfer", "conference_cancel", "end", "video"]
    return [*_talking(now), "transfer", "conference", "end", "video"]


def _of_watcher(now: Situation) -> list[str]:
    is_chat = now.channel == Channel.CHAT
    may_join = is_chat and now.consulted != AssignmentState.CONNECTED
    possible = [Power.WHISPER, *([Power.BARGE] if may_join else []), Power.TAKE_OVER]
    return ["watch_end", *(str(p) for p in possible if p in now.powers)]


def _talking(now: Situation) -> list[str]:
    """Return what everybody may do who talks with the customer."""
    return ["send", "attach", "respond"]
