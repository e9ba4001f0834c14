"""The rules by which an entry point invites visitors to chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from agents.services import configuration, sensitive_data
from agents.services.configuration import NotValid
from core import text
from queues.models import ProactiveRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from queues.models import EntryPoint

MAX_RULES = 20


def replace(entry_point: EntryPoint, rules: Sequence[ProactiveRule]) -> None:
    """Store the rules in this order, in place of those there were, within the change
    of their entry point. Raise NotValid."""
    if len(rules) > MAX_RULES:
        sentence = gettext("An entry point has at most {most} invitations.")
        raise NotValid({"proactive_rules": [sentence.format(most=MAX_RULES)]})
    for position, rule in enumerate(rules, start=1):
        _prepare(rule, entry_point, position)
    stored = ProactiveRule.objects.filter(entry_point=entry_point)
    if [_content(rule) for rule in stored] == [_content(rule) for rule in rules]:
        return
    stored.delete()
    for rule in rules:
        rule.pk = None
        rule.save(force_insert=True)


def _prepare(rule: ProactiveRule, entry_point: EntryPoint, position: int) -> None:
    rule.entry_point = entry_point
    rule.position = position
    rule.text = text.one_line(rule.text)
    sensitive_data.hide_cards(rule)
    try:
        configuration.check(rule, own=entry_point.organisation_id)
    except NotValid as error:
        sentence = f"{rule.text}: {error.detail}"
        raise NotValid({"proactive_rules": [sentence]}) from error


def _content(rule: ProactiveRule) -> tuple[object, ...]:
    return tuple(getattr(rule, name) for name in ProactiveRule.settings())
