"""Which contacts a person may see and act on (contract 3, "Who may read a contact").

404 for what one may not know of; 403 where one may know but not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models import (
    Assignment,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactState,
    Miss,
)
from core import secrets
from core.errors import DomainError, Forbidden
from core.expressions import Among
from core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from contacts.models import CustomerNote

MISSED = (
    AssignmentState.RONA,
    AssignmentState.DECLINED,
    AssignmentState.WITHDRAWN,
)
# The share of one who may read: who talks, or who ended the conversation.
OPEN = Q(state=AssignmentState.CONNECTED) | Q(
    state__in=[AssignmentState.WRAPUP, AssignmentState.COMPLETED],
    outcome=AssignmentOutcome.END,
)

LATEST_SHARE = Prepared(
    lambda: Assignment.objects.select_related("contact", "agent").order_by("-pk"),
    limit=1,
)
OF_CUSTOMERS = Prepared(
    lambda: Contact.objects.select_related("customer", "entry_point", "queue")
)
OF_TOKENS = Prepared(lambda: Contact.objects.only("token_digest", "ended_at"))
OF_PAGES = Prepared(lambda: Contact.objects.select_related("customer", "organisation"))


class NotAccepted(Forbidden):
    code = "not_accepted"
    sentence = _("Accept the contact first.")


class NotYours(Forbidden):
    code = "not_yours"
    sentence = _("You do not take part in this conversation any more.")


class NotTheOwner(Forbidden):
    sentence = _("Only the agent who owns the chat can do this.")


class OfferGone(DomainError):
    code = "offer_gone"
    sentence = _("This contact is no longer offered to you.")


def contacts_of(agent: Agent) -> QuerySet[Contact]:
    """Return the contacts a person may list: those they have or had a share in, or
    all of the organisation for supervisors and administrators.

    `is_open` is false for those they gave away: their customer's words are hidden.
    """
    contacts, shares = _contacts_and_shares(agent)
    if shares is None:
        return contacts
    return contacts.filter(Exists(shares.filter(contact=OuterRef("pk"))))


def list_of(agent: Agent) -> QuerySet[Contact]:
    """Return the same contacts, to be read page by page: those of a person are looked
    up by the shares."""
    contacts, shares = _contacts_and_shares(agent)
    if shares is None:
        return contacts
    return contacts.filter(Among("pk", shares.values("contact")))


def _contacts_and_shares(
    agent: Agent,
) -> tuple[QuerySet[Contact], QuerySet[Assignment] | None]:
    contacts = Contact.objects.filter(organisation=agent.organisation_id)
    if agent.is_overseer:
        return contacts, None
    shares = Assignment.objects.filter(agent=agent).order_by()
    opening = shares.filter(
        OPEN | Q(state=AssignmentState.OFFERED), contact=OuterRef("pk")
    )
    return (
        contacts.annotate(is_open=Exists(opening)),
        shares.exclude(state__in=MISSED),
    )


def contact_for_agent(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact, or 404: what one may not see does not exist."""
    contact = contacts_of(agent).filter(pk=contact_id).first()
    contact = contact or _earlier_contact(agent, contact_id)
    if contact is None:
        raise Http404
    return contact


def transcript_for_agent(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact whose messages a person may read now: one's own, or an
    earlier one that the history of one in hand lists. Raises as `details_for_agent`.
    """
    try:
        return details_for_agent(agent, contact_id)
    except (Http404, NotYours):
        earlier = _earlier_contact(agent, contact_id)
        if earlier is None:
            raise
        return earlier


def details_for_agent(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact whose customer and history a person may read now.

    Raises NotAccepted while it is only offered, NotYours after it was given away.
    """
    contact = contacts_of(agent).filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    if agent.is_overseer:
        return contact
    shares = contact.assignments.filter(agent=agent)
    if shares.filter(OPEN).exists():
        return contact
    is_offered = shares.filter(state=AssignmentState.OFFERED).exists()
    raise NotAccepted if is_offered else NotYours


def customer_note_for_agent(
    agent: Agent, contact_id: UUID, note_id: int
) -> CustomerNote:
    """Return a note about the customer of a contact whose details the person may read
    now, or 404. Raises as `details_for_agent`."""
    contact = details_for_agent(agent, contact_id)
    note = contact.customer.notes.select_related("author").filter(pk=note_id).first()
    if note is None:
        raise Http404
    return note


def shares_for_agent(agent: Agent, contact: Contact) -> QuerySet[Assignment]:
    """Return the shares in a contact that a person may see: the own ones, or all."""
    if _earlier_contact(agent, contact.pk) is not None:
        return Assignment.objects.filter(contact=contact)
    return shares_seen_by(agent).filter(contact=contact)


def shares_seen_by(agent: Agent) -> QuerySet[Assignment]:
    """Return the shares that a person may see in the contacts of the own list."""
    shares = Assignment.objects.all()
    if agent.is_overseer:
        return shares
    opening = Assignment.objects.filter(
        OPEN | Q(state=AssignmentState.OFFERED),
        contact=OuterRef("contact"),
        agent=agent,
    )
    return shares.filter(Q(agent=agent) | Exists(opening))


def _earlier_contact(agent: Agent, contact_id: UUID) -> Contact | None:
    """Return an ended contact that the history of one in hand lists, if it is one."""
    contact = Contact.objects.filter(
        pk=contact_id,
        organisation=agent.organisation_id,
        state=ContactState.ENDED,
    ).first()
    if contact is None or not _is_in_history_of_one_in_hand(agent, contact):
        return None
    return contact


def _is_in_history_of_one_in_hand(agent: Agent, contact: Contact) -> bool:
    customer = contact.customer
    same = Q(customer=customer.pk)
    if customer.email_key:
        same |= Q(customer__email_key=customer.email_key)
    if customer.phone_key:
        same |= Q(customer__phone_key=customer.phone_key)
    in_hand = Assignment.objects.filter(
        contact=OuterRef("pk"), agent=agent, state=AssignmentState.CONNECTED
    )
    contacts = Contact.objects.filter(same, organisation=agent.organisation_id)
    return contacts.filter(Exists(in_hand)).exists()


def share_for_agent(
    agent: Agent, contact_id: UUID, *, repeats: AssignmentState | None = None
) -> Assignment:
    """Return the agent's latest share of a contact, for a command.

    404 without one, 403 for those who only oversee, OfferGone where it was missed,
    but for the outcome that the command itself `repeats`.
    """
    share: Assignment | None = LATEST_SHARE.first(contact=contact_id, agent=agent)
    if share is None or share.contact.organisation_id != agent.organisation_id:
        contact_for_agent(agent, contact_id)
        raise Forbidden(gettext("You do not take part in this conversation."))
    if share.state in MISSED and share.state != repeats:
        raise OfferGone
    return share


def share_for_reader(agent: Agent, contact_id: UUID) -> Assignment:
    """Return the agent's latest share, as `share_for_agent`, for what a read shows: of
    a contact that was missed there is nothing to see."""
    try:
        return share_for_agent(agent, contact_id)
    except OfferGone:
        raise Http404 from None


def owned_share_for_agent(agent: Agent, contact_id: UUID) -> Assignment:
    """Return the agent's share for a command of the owner's. Raises as
    `share_for_agent`, and NotTheOwner for a consulted agent."""
    share = share_for_agent(agent, contact_id)
    if share.role != AssignmentRole.PRIMARY:
        raise NotTheOwner
    return share


def conversation_for_agent(agent: Agent, contact_id: UUID) -> Assignment:
    """Return the agent's share of a contact to write in. Raises NotAccepted, NotYours
    (but not after one's own End, where the conversation itself says that it is over).
    """
    share = share_for_agent(agent, contact_id)
    if share.state == AssignmentState.OFFERED:
        raise NotAccepted
    is_talking = share.state == AssignmentState.CONNECTED
    if not is_talking and share.outcome != AssignmentOutcome.END:
        raise NotYours
    return share


def is_contact(contact_id: UUID) -> bool:
    """Whether there is such a contact, for somebody who holds no token of it."""
    return Contact.objects.filter(pk=contact_id).exists()


def contact_for_customer(token: str, *, now: datetime) -> Contact | None:
    """Return the contact whose customer holds this token, unless it has expired."""
    digest = secrets.digest(token)
    contact: Contact | None = OF_CUSTOMERS.first(token_digest=digest)
    if contact is None or contact.token_has_expired(now):
        return None
    return contact


def contacts_of_tokens(tokens: Collection[str], *, now: datetime) -> dict[str, UUID]:
    """Return which contacts the customers' tokens are of, but for expired ones."""
    digests = {secrets.digest(token): token for token in tokens}
    return {
        digests[contact.token_digest]: contact.pk
        for contact in OF_TOKENS.rows(token_digest__in=list(digests))
        if not contact.token_has_expired(now)
    }


def contacts_of_pages(contact_ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Return the contacts of pages whose tokens were looked up before."""
    return {row.pk: row for row in OF_PAGES.rows(pk__in=contact_ids)}


def own_contact(organisation_id: int | None, contact_id: UUID) -> Contact | None:
    """Return a contact of the organisation, if there is one of this id."""
    rows = Contact.objects.filter(organisation=organisation_id)
    return rows.filter(pk=contact_id).first()


def own_miss(organisation_id: int | None, miss_id: int) -> Miss | None:
    """Return what an assistant of the organisation did not understand, if there is
    a miss of this id."""
    rows = Miss.objects.select_related("contact")
    return rows.filter(pk=miss_id, contact__organisation=organisation_id).first()
