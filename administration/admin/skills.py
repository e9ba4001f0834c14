"""Administration of skills: what there are, who has them and what asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.parts import Completed, rows_of
from administration.admin.scope import OfSettings, PartFormSet
from administration.services import skills
from agents.models import AgentSkill, Skill
from agents.services.skills import MAX_SKILLS, Level
from queues.models import Ask, AskedSkill
from queues.services.asking import MOST_ASKED

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(Skill)
class SkillAdmin(SettingAdmin):
    list_display = ("name", "number", "is_active")
    list_filter = ("is_active",)
    ordering = ("name",)  # a counted list has none of its own
    search_fields = ("folded",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(number=Count("agent_levels"))
        return counted

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        skills.save(form.instance, changed=changed_by(form))

    def remove(self, request: HttpRequest, row: Any) -> None:
        skills.delete(row)

    @admin.display(description=_("Agents"), ordering="number")
    def number(self, skill: Any) -> int:
        count: int = skill.number
        return count


class SkillParts(Completed, OfSettings, admin.TabularInline[Any, Any]):
    """Skills as parts of what has them, or asks for them."""

    formset = PartFormSet
    autocomplete_fields = ("skill",)
    template = "admin/queues/_parts.html"
    verbose_name = _("skill")
    extra = 0


class LevelInline(SkillParts):
    model = AgentSkill
    path_to_organisation = "agent__organisation"
    verbose_name_plural = _("skills")
    max_num = MAX_SKILLS


class AskedInline(SkillParts):
    model = AskedSkill
    verbose_name_plural = _("asks agents for")
    max_num = MOST_ASKED


class AskedByQueueInline(AskedInline):
    path_to_organisation = "queue__organisation"


class AskedByEntryPointInline(AskedInline):
    path_to_organisation = "entry_point__organisation"


def levels_of(parts: list[Any]) -> list[Level] | None:
    """Return the skills of an agent that a page's parts say; None: as they were."""
    rows = rows_of(parts_of(parts, AgentSkill))
    if rows is None:
        return None
    return [Level(values["skill"], values["level"]) for values in rows]


def asks_of(parts: list[Any]) -> list[Ask] | None:
    """Return the skills to ask for that a page's parts say; None: as they were."""
    rows = rows_of(parts_of(parts, AskedSkill))
    if rows is None:
        return None
    return [
        Ask(values["skill"], values["level"], values["relax_seconds"])
        for values in rows
    ]


def parts_of(parts: list[Any], *kinds: type[Any]) -> list[Any]:
    """Return the formsets of these kinds of parts."""
    return [formset for formset in parts if formset.model in kinds]
