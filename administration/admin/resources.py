"""Files of agents and idle codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from administration.admin import skill_words
from administration.admin.agent_page import AgentPageForm
from administration.admin.cells import WORDS
from administration.admin.imports import SettingResource
from administration.admin.skill_words import SkillWordsField
from agents.models import Agent, IdleCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from administration.admin.csv_file import Line
    from agents.services.skills import Level

# Each takes a good part of a second.
MAX_PASSWORDS = 50


def _says(line: Line, column: str, otherwise: bool) -> bool:
    """Return what the line says of a switch, wrong words aside."""
    return WORDS.get(line.cells.get(column, "").strip().lower(), otherwise)


class CodeResource(SettingResource):
    """Codes of which one is the default, whatever the order of a file's rows."""

    needed = ("name",)

    class Meta:
        import_id_fields = ("name",)

    def rank(self, line: Line) -> Any:
        # The mark is taken before it is given up, and the last one never goes.
        is_default = _says(line, "is_default", otherwise=False)
        is_active = _says(line, "is_active", otherwise=True)
        return not is_default, not is_active, line.number

    def contradicting(self, lines: list[Line]) -> Iterator[tuple[int, dict[str, str]]]:
        yield from super().contradicting(lines)
        marked = [
            line.number for line in lines if _says(line, "is_default", otherwise=False)
        ]
        for number in marked[1:]:
            yield (
                number,
                {
                    "is_default": gettext("Row %(row)s is the default already.")
                    % {"row": marked[0]}
                },
            )


class IdleCodeResource(CodeResource):
    class Meta:
        model = IdleCode
        fields = IdleCode.settings()


class AgentRowForm(AgentPageForm):
    """An agent of a file: without a password until an administrator gives one."""

    needs_password = False
    new_password = forms.CharField(
        required=False,
        strip=False,
        max_length=1000,
        help_text=_(
            "Read, never exported. At least 8 characters, no common word. Empty: "
            "stays as it is; somebody new cannot sign in before you set one."
        ),
    )

    skills = SkillWordsField(
        help_text=_(
            "Skills with their levels, 1-5, and semicolons between them: "
            "German:3; Billing:2. Empty: none."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            rows = self.instance.skill_levels.select_related("skill")
            self.initial["skills"] = skill_words.in_words(rows)

    def clean_skills(self) -> list[Level]:
        own = self.instance.organisation_id
        return skill_words.levels(self.cleaned_data["skills"], organisation_id=own)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.instance == self.acting and values.get("new_password"):
            sentence = gettext("Change your own password on its own page.")
            self.add_error("new_password", sentence)
        return values


class AgentResource(SettingResource):
    needed = ("email", "display_name")
    written = ("password",)
    row_form = AgentRowForm
    # Who signs in with an address is nobody else.
    is_exact = True
    skills = Field(column_name="skills")

    class Meta:
        model = Agent
        import_id_fields = ("email",)
        fields = [*Agent.settings(), "skills"]

    def spelt(self, key: str) -> str:
        return super().spelt(key).lower()

    def said(self, instance: Any, column: str) -> str:
        if column == "skills":
            return skill_words.in_words(instance.skill_levels.all())
        return super().said(instance, column)

    def rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().rows(queryset).prefetch_related("skill_levels__skill")

    def read(self, content: str) -> None:
        super().read(content)
        given = sum(bool(line.cells.get("password")) for line in self.lines)
        if given > MAX_PASSWORDS:
            sentence = gettext(
                "This file has %(number)s passwords; %(most)s fit into one import."
            )
            raise ValidationError(sentence % {"number": given, "most": MAX_PASSWORDS})

    def carry_out(self) -> Any:
        # Before the first lock: hashing is slow on purpose, and chats want to route.
        self.hashes = {
            line.cells["email"]: make_password(line.cells["password"])
            for line in self.lines
            if line.cells.get("password")
        }
        return super().carry_out()

    def store(self, form: Any) -> None:
        if form.cleaned_data.get("new_password"):
            if self.is_rehearsal:
                # The form has judged it; nobody will sign in with it.
                form.cleaned_data["new_password"] = ""
            else:
                form.hashed = self.hashes[form.instance.email]
        super().store(form)
