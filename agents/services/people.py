"""Agents as an administrator keeps them (contract 3.2); states are in `states`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agents import events
from agents.models import Agent, AgentState, AuditAction, Role
from agents.services import configuration, pictures, push, states, tokens, trail
from agents.services import skills as agent_skills
from agents.services.configuration import InUse, LastActive, NotValid
from core import realtime
from core.closing import CloseCode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from agents.models import AccessToken, Team
    from agents.services.skills import Level

CONFIGURED = {*Agent.settings(), "organisation"}


class LastAdministrator(LastActive):
    sentence = _(
        "This is the last active administrator: make somebody else one "
        "first, or nobody can change anything here."
    )


class Oneself(LastActive):
    """People cannot take away their own rights: they could not give them back."""

    sentence = _("You cannot delete or deactivate yourself, or change your own role.")


def check(
    agent: Agent,
    *,
    exclude: Collection[str] = (),
    teams: Sequence[Team] | None = None,
    password: str | None = None,
    by: Agent | None = None,
) -> None:
    """Raise NotValid, LastAdministrator or Oneself where the agent cannot be stored
    like this `by` that person."""
    agent.email = Agent.objects.normalise(agent.email)
    hidden = {"password"}
    configuration.check(agent, exclude={*exclude, *hidden}, many=_many(teams))
    if password is not None:
        check_password(agent, password)
    if not agent._state.adding:
        _refuse_loss_of_rights(agent, by=by)


@transaction.atomic
def save(
    agent: Agent,
    *,
    now: datetime,
    changed: Collection[str] | None = None,
    teams: Sequence[Team] | None = None,
    password: str | None = None,
    hashed: str | None = None,
    picture: bytes | None = None,
    skills: Sequence[Level] | None = None,
    by: Agent | None = None,
) -> Agent:
    """Store an agent; None leaves teams, skills and password as they are. Raise as
    `check`.

    `hashed` is the password's hash where it was made before: that takes long, and here
    others wait for the lock. `picture`: as `pictures.drawn` has made it; an empty one
    removes what there is, None leaves it.

    An agent who is deactivated or no longer takes contacts goes offline. One whose role
    or password changes is signed out everywhere.
    """
    configuration.lock(agent)
    check(agent, teams=teams, password=password, by=by)
    before = None if agent._state.adding else Agent.objects.get(pk=agent.pk)
    changed = CONFIGURED if changed is None else CONFIGURED & set(changed)
    if password is not None:
        agent.password = hashed or make_password(password)
        changed |= {"password"}
    elif before is None:
        agent.set_unusable_password()
    parts = picture is not None or skills is not None
    with trail.change_of(agent, parts=parts):
        configuration.store(agent, changed=changed)
        if teams is not None:
            agent.teams.set(teams)
        if picture is not None:
            pictures.put(agent, picture)
        if skills is not None:
            agent_skills.replace(agent, skills)
    if password is not None:
        trail.note(AuditAction.PASSWORD_SET, about=agent)
    if before is not None:
        _follow(agent, before, by=by, now=now)
    return agent


@transaction.atomic
def choose_language(agent: Agent, *, language: str) -> Agent:
    """Have the person's own pages speak a language of ours; "" is the browser's."""
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    with trail.change_of(locked, parts=False):
        locked.language = language
        locked.save(update_fields=["language"])
    events.me(locked.pk)
    return locked


@transaction.atomic
def set_password(
    agent: Agent,
    *,
    password: str,
    hashed: str | None = None,
    but: AccessToken | None = None,
) -> None:
    """Change a password: sessions, tokens (`but` one) and open desks end. `hashed`: as
    in `save`."""
    check_password(agent, password)
    agent.password = hashed or make_password(password)
    agent.save(update_fields=["password"])
    trail.note(AuditAction.PASSWORD_SET, about=agent)
    _sign_out(agent, but=but)


@transaction.atomic
def delete(agent: Agent, *, now: datetime, by: Agent | None = None) -> None:
    """Remove somebody who never had a share of a contact. Raise Oneself,
    LastAdministrator, InUse.

    What the log says of their states stays."""
    configuration.lock(agent)
    if agent == by:
        raise Oneself(gettext("You cannot delete yourself."))
    if _is_last_administrator(Agent.objects.get(pk=agent.pk)):
        raise LastAdministrator
    try:
        configuration.refuse_if_used(agent)
    except InUse as error:
        sentence = gettext(
            "%(agent)s has worked on contacts, which stay on record. Deactivate this "
            "agent instead of deleting."
        )
        raise InUse(sentence % {"agent": agent}) from error
    _sign_out(agent)
    states.end_log(agent_id=agent.pk, now=now)
    trail.note_deletion(agent)
    agent.delete()


def _refuse_loss_of_rights(agent: Agent, *, by: Agent | None) -> None:
    """Refuse what would leave an organisation without anybody who sets it up."""
    before = Agent.objects.get(pk=agent.pk)
    errors = {}
    if before.is_active and not agent.is_active:
        errors["is_active"] = [gettext("You cannot deactivate yourself.")]
    if before.role != agent.role:
        errors["role"] = [gettext("You cannot change your own role.")]
    if errors and agent == by:
        raise Oneself(errors=errors)
    if errors and _is_last_administrator(before):
        sentence = LastAdministrator.sentence
        raise LastAdministrator(errors={field: [sentence] for field in errors})


def _is_last_administrator(agent: Agent) -> bool:
    active = Agent.objects.filter(
        organisation=agent.organisation_id,
        role=Role.ADMINISTRATOR,
        is_active=True,
        is_superuser=False,
    )
    ids = set(active.values_list("pk", flat=True)[:2])
    return ids == {agent.pk}


def _follow(agent: Agent, before: Agent, *, by: Agent | None, now: datetime) -> None:
    """Put a change of an agent into force: state, sign-ins, open desks."""
    stays = agent.is_active and agent.takes_contacts
    if not stays and before.state != AgentState.OFFLINE:
        states.set_state(
            agent_id=agent.pk,
            state=AgentState.OFFLINE,
            now=now,
            changed_by=by,
            reason=gettext_noop("No longer takes contacts")
            if agent.is_active
            else gettext_noop("Deactivated"),
        )
        agent.refresh_from_db(fields=["state", "idle_code", "state_since"])
    rights = ("is_active", "role", "password", "organisation_id")
    if any(getattr(agent, name) != getattr(before, name) for name in rights):
        _sign_out(agent)
    events.me(agent.pk)


def _sign_out(agent: Agent, *, but: AccessToken | None = None) -> None:
    """End all sessions, tokens (`but` one) and sockets of somebody."""
    Agent.objects.filter(pk=agent.pk).update(session_version=F("session_version") + 1)
    agent.refresh_from_db(fields=["session_version"])
    tokens.revoke_all(agent, but=but)
    push.unsubscribe_all(agent)
    realtime.close(to=[agent.address], code=CloseCode.UNAUTHORISED)


def check_password(agent: Agent, password: str, *, field: str = "password") -> None:
    """Raise NotValid, in the name of that field, where it is too easy to guess."""
    try:
        password_validation.validate_password(password, agent)
    except ValidationError as error:
        raise NotValid({field: list(error.messages)}) from error


def _many(teams: Sequence[Team] | None) -> dict[str, Sequence[Team]]:
    return {} if teams is None else {"teams": teams}
