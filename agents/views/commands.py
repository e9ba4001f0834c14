"""What the pages for passwords share: the form is one command, and its refusal stands
beside the field that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.views.generic import FormView

from core.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpResponse

MAX_PASSWORD = 1000  # characters


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new = forms.CharField(max_length=MAX_PASSWORD, strip=False)
    again = forms.CharField(max_length=MAX_PASSWORD, strip=False)

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError(gettext("This is not the same."))
        return again


class CommandView(FormView[Any]):
    """A page with one form, which says when its work is done."""

    def work(self, values: dict[str, Any]) -> None:
        """Do what is asked. Raise DomainError."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.work(form.cleaned_data)
        except DomainError as error:
            return self._refused(form, error)
        return self.render_to_response(self.get_context_data(form=form, is_done=True))

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        page = super().form_invalid(form)
        page.status_code = 400
        return page

    def _refused(self, form: forms.Form, error: DomainError) -> HttpResponse:
        if not error.errors:
            form.add_error(None, error.detail)
        for field, sentences in (error.errors or {}).items():
            form.add_error(field, [*sentences])
        page = self.form_invalid(form)
        page.status_code = error.status
        if error.retry_after is not None:
            page["Retry-After"] = str(error.retry_after)
        return page
