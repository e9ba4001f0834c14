"""Administration of teams, with the people who are in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.forms import SettingForm
from administration.services import changes
from agents.access import people_to_choose
from agents.models import Agent, Role, Team
from core import clock

if TYPE_CHECKING:
    from django.http import HttpRequest


class PeopleField(forms.ModelMultipleChoiceField[Any]):
    """People to choose, with what is unusual about them."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "checks checks--people"})

    def label_from_instance(self, agent: Any) -> str:
        notes = [] if agent.role == Role.AGENT else [agent.get_role_display().lower()]
        if not agent.is_active:
            notes.append(gettext("not active"))
        return f"{agent} ({', '.join(notes)})" if notes else str(agent)


class TeamForm(SettingForm):
    members = PeopleField(
        queryset=people_to_choose(organisation_id=None),
        required=False,
        show_hidden_initial=True,
        help_text=_(
            "They serve the queues of this team. Chats that somebody has go on "
            "when they leave it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before: set[Agent] = set()
        if not self.instance._state.adding:
            self.before = {*self.instance.agents.exclude(is_superuser=True)}
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = self._people()
        self.initial["members"] = [agent.pk for agent in self.before]
        if self.instance.organisation_id is None:
            field.help_text = gettext(
                "Save the team first: its people are of its organisation."
            )

    def _people(self) -> QuerySet[Agent]:
        """Return who can be chosen: whoever works here, and who is in it already."""
        return people_to_choose(
            organisation_id=self.instance.organisation_id, besides=self.before
        )

    def moves(self) -> dict[str, set[Agent]]:
        """Return who joins and who leaves by this form: others' changes stay."""
        chosen = {*self.cleaned_data["members"]}
        return {"joining": chosen - self.before, "leaving": self._shown() - chosen}

    def _shown(self) -> set[Agent]:
        """Return those of the team who were in it when the form was shown."""
        name = self.add_initial_prefix("members")
        if name not in self.data:
            return self.before
        hidden = self.fields["members"].hidden_widget()
        shown = hidden.value_from_datadict(self.data, self.files, name)
        return {agent for agent in self.before if str(agent.pk) in shown}


@admin.register(Team)
class TeamAdmin(SettingAdmin):
    form = TeamForm
    list_display = ("name", "multimedia_profile", "number")
    list_select_related = ("multimedia_profile",)
    ordering = ("name",)  # a counted list has none of its own
    search_fields = ("folded",)
    fieldsets = (
        (None, {"fields": ("name", "multimedia_profile")}),
        (_("Agents"), {"fields": ("members",)}),
    )

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_team(
            form.instance,
            changed=changed_by(form),
            now=clock.now(),
            by=form.acting,
            **form.moves(),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(number=Count("agents"))
        return counted

    @admin.display(description=_("Agents"), ordering="number")
    def number(self, team: Any) -> int:
        count: int = team.number
        return count
