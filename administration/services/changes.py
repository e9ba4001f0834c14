"""Changes of settings that open desks and waiting contacts feel: each is stored, told
and routed in one transaction, and does only what the settings that differ need.

Settings without such effects are stored by the services below.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from administration.services import effects
from agents.models import Channel, Power
from agents.services import configuration, organisation_settings, people
from agents.services import skills as agent_skills
from contacts.services import renumbering, router
from queues.queries import queues_with_articles, queues_with_responses
from queues.services import articles, asking, entry_points, queues, responses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from agents.models import Agent, MultimediaProfile, Organisation, Team
    from agents.services.skills import Level
    from queues.models import (
        Article,
        Ask,
        EntryPoint,
        Hours,
        PredefinedResponse,
        ProactiveRule,
        Queue,
    )
    from queues.services.queues import Group

# What says who takes a contact, and how many.
OF_PROFILES = {"blending_mode", *Channel.values}
OF_TEAMS = {"name", "multimedia_profile"}  # the first team by name gives its profile
OF_AGENTS = {"role", "teams", "multimedia_profile", "is_active", "skills"}
# What says whom somebody may watch, and what else they may do there.
OF_WATCHERS = {"role", "teams", "is_active", *(f"may_{power}" for power in Power)}
# What says when who waits is let go.
OF_CLOSING = {"hours", "at_closing"}
# What cards show of their queue.
ON_CARDS = {"name", "first_response_threshold"}


@transaction.atomic
def save_organisation(
    organisation: Organisation,
    *,
    by: Agent,
    now: datetime,
    changed: Collection[str] | None = None,
) -> Organisation:
    """Store the organisation's settings and put them into force. Raise NotValid,
    EnrolFirst."""
    different = configuration.differences(organisation, changed=changed)
    organisation_settings.save(organisation, by=by, changed=changed)
    if "auto_wrapup_seconds" in different:
        effects.move_wrapup_deadlines(organisation.pk)
    if "country" in different:
        renumbering.moved(organisation.pk, now=now)
    if "default_multimedia_profile" in different:
        effects.show_slots(organisation.pk)
        router.route_soon(organisation.pk)
    if "attachments_enabled" in different:
        effects.show_open_contacts(organisation.pk)
    elif different & {
        "default_multimedia_profile",
        "video_enabled",
        "silent_monitoring_enabled",
    }:
        effects.show_controls(organisation.pk)
    return organisation


@transaction.atomic
def save_profile(
    profile: MultimediaProfile, *, changed: Collection[str] | None = None
) -> MultimediaProfile:
    """Store the profile, and offer what its agents can take now. Raise NotValid."""
    different = configuration.differences(profile, changed=changed)
    configuration.save(profile, changed=changed)
    if different & OF_PROFILES:
        effects.show_slots(profile.organisation_id)
        router.route_soon(profile.organisation_id)
    if different & {"attachments_enabled", "video_enabled"}:
        effects.show_controls(profile.organisation_id)
    return profile


@transaction.atomic
def save_team(
    team: Team,
    *,
    now: datetime,
    changed: Collection[str] | None = None,
    joining: Collection[Agent] = (),
    leaving: Collection[Agent] = (),
    by: Agent | None = None,
) -> Team:
    """Store the team and who joins or leaves it, each as `save_agent` does; offer what
    its agents can take now. Raise NotValid."""
    different = configuration.differences(team, changed=changed)
    configuration.save(team, changed=changed)
    if different & OF_TEAMS:
        effects.show_slots(team.organisation_id)
        router.route_soon(team.organisation_id)
    if "multimedia_profile" in different:
        effects.show_controls(team.organisation_id)
    for agent in {*joining, *leaving}:
        others = [each for each in agent.teams.all() if each != team]
        teams = [*others, team] if agent in joining else others
        save_agent(agent, now=now, changed=(), teams=teams, by=by)
    return team


@transaction.atomic
def save_agent(
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
    """Store an agent as `people.save` does; a new name or picture is shown where the
    agent talks, and waiting contacts are routed again. Raise NotValid."""
    many = {} if teams is None else {"teams": teams}
    different = configuration.differences(agent, changed=changed, many=many)
    if skills is not None and not agent_skills.are_of(agent, skills):
        different.add("skills")
    people.save(
        agent,
        now=now,
        changed=changed,
        teams=teams,
        password=password,
        hashed=hashed,
        picture=picture,
        skills=skills,
        by=by,
    )
    if "display_name" in different or picture is not None:
        effects.show_agent(agent.pk)
    if different & OF_WATCHERS:
        effects.show_watched(agent.pk, now=now)
    if different & OF_AGENTS and agent.organisation_id is not None:
        router.route_soon(agent.organisation_id)
        if different & {"multimedia_profile", "teams"}:
            effects.show_controls(agent.organisation_id)
    return agent


@transaction.atomic
def save_queue(
    queue: Queue,
    *,
    changed: Collection[str] | None = None,
    distribution: Sequence[Group] | None = None,
    asked_skills: Sequence[Ask] | None = None,
) -> Queue:
    """Store the queue and, unless None, who serves it and which skills it asks for;
    contacts that wait in it get its new longest wait, ask for those skills, and are
    routed again. Raise NotValid."""
    different = configuration.differences(queue, changed=changed)
    if distribution is not None and not queues.is_served_by(queue, distribution):
        different.add("distribution")
    asks_other = _asks_other(queue, asked_skills)
    queues.save(
        queue, changed=changed, distribution=distribution, asked_skills=asked_skills
    )
    if asks_other:
        effects.ask_anew_in(queue)
    if "max_time_in_queue" in different:
        effects.move_wait_deadlines(queue.pk)
    if different & OF_CLOSING:
        effects.move_closings(queue.pk)
    if different & ON_CARDS:
        effects.show_queue(queue.pk)
    if "distribution" in different:
        router.route_soon(queue.organisation_id)
    return queue


@transaction.atomic
def save_entry_point(
    entry_point: EntryPoint,
    *,
    changed: Collection[str] | None = None,
    logo: bytes | None = None,
    rules: Sequence[ProactiveRule] | None = None,
    asked_skills: Sequence[Ask] | None = None,
) -> EntryPoint:
    """Store the entry point as `entry_points.save` does; its chats that wait ask for
    the new skills, and are routed again. Raise NotValid."""
    configuration.lock(entry_point)
    asks_other = _asks_other(entry_point, asked_skills)
    entry_points.save(
        entry_point,
        changed=changed,
        logo=logo,
        rules=rules,
        asked_skills=asked_skills,
    )
    if asks_other:
        effects.ask_anew_from(entry_point)
    return entry_point


def _asks_other(owner: Queue | EntryPoint, asks: Sequence[Ask] | None) -> bool:
    """Whether what is there already is to ask for other skills than it does."""
    return asks is not None and not (
        owner._state.adding or asking.are_asked_by(owner, asks)
    )


@transaction.atomic
def save_hours(hours: Hours, *, changed: Collection[str] | None = None) -> Hours:
    """Store opening hours; those who wait in its queues are let go when they close
    now. Raise NotValid."""
    different = configuration.differences(hours, changed=changed)
    configuration.save(hours, changed=changed)
    if different - {"name", "folded"}:
        queues = hours.queues.order_by("pk")
        effects.move_closings(*queues.values_list("pk", flat=True))
    return hours


@transaction.atomic
def save_response(
    response: PredefinedResponse,
    *,
    changed: Collection[str] | None = None,
    queues: Sequence[Queue] | None = None,
) -> PredefinedResponse:
    """Store the response and, unless None, its queues; agents of queues that have the
    first one now, or lost the last one, see that they can respond or not. Raise
    NotValid."""
    with _showing_who_can_respond(response):
        return responses.save(response, changed=changed, queues=queues)


@transaction.atomic
def delete_response(response: PredefinedResponse) -> None:
    """Remove the response; agents of queues that lost the last one see it."""
    with _showing_who_can_respond(response):
        responses.delete(response)


@contextmanager
def _showing_who_can_respond(response: PredefinedResponse) -> Iterator[None]:
    configuration.lock(response)
    before = queues_with_responses(response.organisation_id)
    yield
    after = queues_with_responses(response.organisation_id)
    for queue_id in before ^ after:
        effects.show_responses(queue_id)


@transaction.atomic
def save_article(
    article: Article,
    *,
    now: datetime,
    changed: Collection[str] | None = None,
    queues: Sequence[Queue] | None = None,
) -> Article:
    """Store the article and, unless None, its queues; desks of queues that have the
    first one now, or lost the last one, see it. Raise NotValid."""
    with _showing_who_finds_articles(article):
        return articles.save(article, now=now, changed=changed, queues=queues)


@transaction.atomic
def delete_article(article: Article) -> None:
    """Remove the article; desks of queues that lost the last one see it."""
    with _showing_who_finds_articles(article):
        articles.delete(article)


@contextmanager
def _showing_who_finds_articles(article: Article) -> Iterator[None]:
    configuration.lock(article)
    before = queues_with_articles(article.organisation_id)
    yield
    after = queues_with_articles(article.organisation_id)
    for queue_id in before ^ after:
        effects.show_articles(queue_id)
