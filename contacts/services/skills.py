"""Which skills contacts ask of agents: determined when they enter a queue, and again
where what is set up changes while they wait there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from agents.models import Skill
from contacts.models import WAITING_STATES, Contact
from queues.models import AskedSkill
from queues.skills import Asked, read, union, written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from queues.models import EntryPoint, Queue
    from queues.skills import Skills

AT_ONCE = 500
SEEN = ("queue_id", "entry_point_id", "intent_skills", "asked_skills")


def determine(contact: Contact) -> None:
    """Let a contact that enters a queue ask for what its entry point, its intent and
    the queue ask for; the caller stores it."""
    contact.asked_skills = _asked_by([contact])[contact.pk]


def asked_in(entry_point: EntryPoint, queues: Collection[Queue]) -> dict[int, Skills]:
    """Return what a new chat from there would ask for, by the queue it would be in."""
    chats = {
        queue.pk: Contact(entry_point_id=entry_point.pk, queue_id=queue.pk)
        for queue in queues
    }
    asked = _asked_by(chats.values())
    return {queue_id: read(asked[chat.pk]) for queue_id, chat in chats.items()}


def ask_anew(organisation_ids: Collection[int]) -> None:
    """Let those who wait in these organisations ask for what is set up now."""
    _ask_anew_of(Contact.objects.filter(organisation__in=organisation_ids))


def ask_anew_in(queue_ids: Collection[int]) -> None:
    """Let those who wait in these queues do so."""
    _ask_anew_of(Contact.objects.filter(queue__in=queue_ids))


def ask_anew_from(entry_point_ids: Collection[int]) -> None:
    """Let those who came from these entry points, and wait, do so."""
    _ask_anew_of(Contact.objects.filter(entry_point__in=entry_point_ids))


def _ask_anew_of(contacts: QuerySet[Contact]) -> None:
    waiting = contacts.filter(state__in=WAITING_STATES)
    rows = list(waiting.order_by("pk").only(*SEEN))
    asked = _asked_by(rows)
    other = [row.pk for row in rows if row.asked_skills != asked[row.pk]]
    for begin in range(0, len(other), AT_ONCE):
        _ask_anew(other[begin : begin + AT_ONCE])


@transaction.atomic
def _ask_anew(contact_ids: Collection[UUID]) -> None:
    locked = Contact.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=contact_ids, state__in=WAITING_STATES
    )
    rows = list(locked.order_by("pk").only(*SEEN))
    asked = _asked_by(rows)
    for row in rows:
        row.asked_skills = asked[row.pk]
    Contact.objects.bulk_update(rows, ["asked_skills"])


def _asked_by(contacts: Collection[Contact]) -> Mapping[UUID, str]:
    queues = {contact.queue_id for contact in contacts}
    points = {contact.entry_point_id for contact in contacts} - {None}
    of_queues: defaultdict[int | None, list[Asked]] = defaultdict(list)
    of_points: defaultdict[int | None, list[Asked]] = defaultdict(list)
    rows = AskedSkill.objects.filter(
        Q(queue__in=queues) | Q(entry_point__in=points), skill__is_active=True
    )
    for row in rows.order_by():
        asked = Asked(row.skill_id, row.level, row.relax_seconds)
        if row.queue_id is not None:
            of_queues[row.queue_id].append(asked)
        else:
            of_points[row.entry_point_id].append(asked)
    of_intents = _active({contact.intent_skills for contact in contacts} - {""})
    return {
        contact.pk: written(
            union(
                of_points[contact.entry_point_id],
                of_intents.get(contact.intent_skills, ()),
                of_queues[contact.queue_id],
            )
        )
        for contact in contacts
    }


def _active(texts: Collection[str]) -> dict[str, list[Asked]]:
    """Return what intents asked for, without skills that nobody asks for any more."""
    if not texts:
        return {}
    asked = {text: read(text) for text in texts}
    ids = {each.skill_id for skills in asked.values() for each in skills}
    rows = Skill.objects.filter(pk__in=ids, is_active=True).order_by()
    active = {*rows.values_list("pk", flat=True)}
    return {
        text: [each for each in skills if each.skill_id in active]
        for text, skills in asked.items()
    }
