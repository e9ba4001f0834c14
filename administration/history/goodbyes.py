"""How contacts end, and what agents still do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import (
    AssignmentOutcome,
    AssignmentState,
    ContactEventCode,
    ContactState,
    EndedReason,
    VisitOutcome,
)
from contacts.services import conversation

if TYPE_CHECKING:
    from administration.history.story import Story
    from administration.history.world import World
    from agents.models import Agent
    from contacts.models import Assignment


def abandon(world: World, story: Story) -> None:
    """The customer leaves before anybody talks, or while nobody does."""
    now, contact = world.now, story.contact
    take_back(world, story)
    story.leaves_queue(VisitOutcome.ABANDONED, now)
    if story in world.waiting:
        world.waiting.remove(story)
    left = conversation.customer_left(contact)
    story.ends(EndedReason.ABANDONED, now, left)
    story.note(ContactEventCode.ABANDONED, now)


def take_back(world: World, story: Story) -> None:
    """Withdraw the card that is out, if there is one."""
    offer = story.offer
    if offer is not None:
        offer.state, offer.ended_at = AssignmentState.WITHDRAWN, world.now
        offer.outcome = AssignmentOutcome.WITHDRAWN
        world.desk_of(offer).lets_go(offer, world.now)
        code = ContactEventCode.WITHDRAWN
        story.note(code, world.now, agent=offer.agent_id)


def close(world: World, story: Story, *, by: Agent, reason: str) -> None:
    """A supervisor closes what waits when all go home."""
    now = world.now
    take_back(world, story)
    story.leaves_queue(VisitOutcome.ENDED, now)
    if story in world.waiting:
        world.waiting.remove(story)
    story.ends(EndedReason.CLOSED, now)
    story.note(ContactEventCode.CLOSED, now, actor=by.pk, reason=reason)


def customer_leaves(world: World, story: Story) -> None:
    """The customer closes the chat; its owner still has to end it."""
    now, consulted = world.now, story.consulted
    left = conversation.customer_left(story.contact)
    story.ends(EndedReason.CUSTOMER_LEFT, now, left)
    if consulted is not None:
        _released(world, consulted, AssignmentOutcome.CUSTOMER_LEFT)
    story.note(ContactEventCode.CUSTOMER_LEFT, now)


def colleague_leaves(
    world: World, story: Story, share: Assignment, outcome: AssignmentOutcome
) -> None:
    """The consulted agent goes, and the chat goes on."""
    _released(world, share, outcome)
    story.note(ContactEventCode.LEFT, world.now, agent=share.agent_id)
    name = share.agent.display_name
    story.tell(conversation.agent_left(story.contact, name), world.now)


def _released(world: World, share: Assignment, outcome: AssignmentOutcome) -> None:
    share.state, share.outcome = AssignmentState.LEFT, outcome
    share.ended_at = world.now
    world.desk_of(share).lets_go(share, world.now)


def agent_ends(world: World, story: Story, share: Assignment) -> None:
    """The owner ends the chat, with the conference where it is one."""
    now, consulted = world.now, story.consulted
    if consulted is not None:
        outcome = AssignmentOutcome.CONFERENCE_ENDED
        colleague_leaves(world, story, consulted, outcome)
    if story.contact.state != ContactState.ENDED:
        name = share.agent.display_name
        left = conversation.agent_left(story.contact, name)
        story.ends(EndedReason.AGENT_ENDED, now, left)
    wraps_up(world, story, share, AssignmentOutcome.END)
    story.note(ContactEventCode.ENDED, now, agent=share.agent_id)


def wraps_up(
    world: World, story: Story, share: Assignment, outcome: AssignmentOutcome
) -> None:
    share.state, share.outcome = AssignmentState.WRAPUP, outcome
    share.wrapup_at = world.now
    share.kept_version = story.contact.version
