"""The forms of settings: what the services refuse, they say beside the field."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.models import construct_instance
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.fields import (
    ChecksField,
    LinesField,
    MebibytesField,
    RemoveField,
)
from administration.services import founding
from agents.models import Agent, Detector, Organisation, Role
from agents.services import (
    configuration,
    idle_codes,
    organisation_settings,
    people,
    second_factors,
)
from core import countries, mailing, phones
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise


class SettingForm(forms.ModelForm[Any]):
    """A form whose rules are those of the services.

    `acting` is who fills it in, `own` the organisation new rows belong to.
    """

    acting: ClassVar[Agent]
    own: ClassVar[int | None] = None
    # Fields of a refusal that have another name in the form.
    spoken: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self._begin()
        self.removers = {
            name: field
            for name, field in self.fields.items()
            if isinstance(field, RemoveField)
        }
        for field in self.removers.values():
            field.belongs_to(self.instance)

    def _begin(self) -> None:
        """Start a new row: in the own organisation, with the model's defaults."""
        if self.own is not None:
            self.instance.organisation_id = self.own
        for name in self.declared_fields:
            if hasattr(self.instance, name):
                self.initial.setdefault(name, getattr(self.instance, name))

    def many(self) -> dict[str, Sequence[Model]]:
        """Return what the many-to-many fields are to be set to."""
        names = (field.name for field in self.instance._meta.many_to_many)
        given = self.cleaned_data
        return {name: list(given[name]) for name in names if name in given}

    def check(self, exclude: Collection[str]) -> None:
        """Raise the refusal of the service that will store the row."""
        configuration.check(self.instance, exclude=exclude, many=self.many())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for name, field in self.removers.items():
            if values.get(name):
                values[field.secret] = ""
            elif not values.get(field.secret):
                values[field.secret] = getattr(self.instance, field.secret)
        return values

    def _post_clean(self) -> None:
        """Ask the service, in place of Django's own validation of the row."""
        wrong = set(self.errors)
        fields = set(self.fields) - wrong
        self.instance = construct_instance(self, self.instance, fields)
        try:
            self.check(wrong)
        except DomainError as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal of a service at the fields it names."""
        errors = refusal.errors or {NON_FIELD_ERRORS: [refusal.detail]}
        for name, sentences in errors.items():
            field = self.spoken.get(name, name)
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


def _timezone() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones())],
        initial="UTC",
        help_text=_("In which the administration shows times."),
    )


def _countries() -> list[tuple[str, StrOrPromise]]:
    return [("", _("None")), *countries.in_order(phones.COUNTRIES)]


def _country() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Country"),
        choices=_countries,
        required=False,
        help_text=_("In which phone numbers without a country are read."),
    )


class OrganisationForm(SettingForm):
    timezone = _timezone()
    country = _country()
    attachment_extensions = LinesField(
        label=_("Attachment formats"),
        help_text=_(
            "File name endings that may be sent, one per line, each with its dot: .pdf"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "class": "lines columns"}),
    )
    attachment_max_total_bytes = MebibytesField(
        label=_("Attachment size limit"),
        help_text=_("MB, at most 35; the files of one reply together stay below this."),
    )
    sensitive_data_detectors = ChecksField(
        label=_("Searched for"),
        choices=Detector.choices,
        always=(Detector.CARD,),
        required=False,
        help_text=_("What counts as sensitive. Card numbers always do."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        switch = self.fields.get(organisation_settings.REQUIRED)
        if switch is not None:
            switch.help_text = f"{switch.help_text} {_concerned(self.instance)}"

    def check(self, exclude: Collection[str]) -> None:
        organisation_settings.check(self.instance, by=self.acting, exclude=exclude)


def _concerned(organisation: Organisation) -> str:
    """Return how many people a required second factor concerns."""
    people, lacking = second_factors.concerned(organisation.pk)
    if not lacking:
        return gettext("All %(people)s people have one.") % {"people": people}
    return gettext("Of %(people)s people %(lacking)s have none yet.") % {
        "people": people,
        "lacking": lacking,
    }


class FoundingForm(SettingForm):
    """A new organisation, with the person who will set it up."""

    spoken = {
        "email": "administrator_email",
        "display_name": "administrator_name",
        "password": "administrator_password",
    }

    timezone = _timezone()
    country = _country()
    administrator_name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("1-100 characters; the name colleagues see."),
    )
    administrator_email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Used to sign in; unique over the installation."),
    )
    administrator_password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "To start with. At least 8 characters, not only digits, no common "
            "word, not like the name or e-mail."
        ),
    )

    def administrator(self) -> Agent:
        """Return the first administrator as the form has it, not stored."""
        given = self.cleaned_data.get
        return Agent(
            display_name=given("administrator_name", ""),
            email=given("administrator_email", ""),
            role=Role.ADMINISTRATOR,
        )

    def password(self) -> str | None:
        password: str | None = self.cleaned_data.get("administrator_password")
        return password

    def check(self, exclude: Collection[str]) -> None:
        known = {self.spoken[name]: name for name in self.spoken}
        founding.check(
            self.instance,
            administrator=self.administrator(),
            password=self.password(),
            exclude={known.get(name, name) for name in exclude},
        )


class AgentForm(SettingForm):
    spoken = {"password": "new_password"}
    needs_password: ClassVar[bool] = True
    # The hash of the password, where it was made before.
    hashed: str | None = None

    new_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_invited = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        help_text=_(
            "A mail with a link by which the person chooses a password; it is "
            "good for seven days."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            sentence = gettext(
                "At least 8 characters, no common word. Integrations need none."
            )
        else:
            sentence = gettext("Empty: stays as it is. A new one signs the agent out.")
        self.fields["new_password"].help_text = sentence
        if not mailing.has_links():
            del self.fields["is_invited"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self._lacks_password(values):
            self.add_error("new_password", gettext("Give a password to start with."))
        return values

    def _lacks_password(self, values: dict[str, Any]) -> bool:
        is_new_person = self.instance._state.adding and (
            values.get("role") != Role.INTEGRATION
        )
        given = values.get("new_password")
        is_invited = values.get("is_invited")
        return is_new_person and self.needs_password and not given and not is_invited

    def check(self, exclude: Collection[str]) -> None:
        people.check(
            self.instance,
            exclude=exclude,
            teams=self.cleaned_data.get("teams"),
            password=self.cleaned_data.get("new_password") or None,
            by=self.acting,
        )


class IdleCodeForm(SettingForm):
    def check(self, exclude: Collection[str]) -> None:
        idle_codes.check(self.instance, exclude=exclude)
