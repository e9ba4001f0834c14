from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import wording
from agents.models.audited import Audited
from agents.models.mail import MailKind
from agents.models.organisation import Organisation

MAX_TEXT = 5000  # characters


class MailTemplate(Audited):
    """An organisation's own words for one kind of mail, in place of Parley's."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="mail_templates"
    )
    kind = models.CharField(
        _("mail"),
        max_length=20,
        choices=[(kind.value, kind.label) for kind in wording.CHOSEN],
        help_text=_("Which mail these are the words of."),
    )
    subject = models.CharField(
        _("subject"),
        max_length=150,
        help_text=_("One line of 1-150 characters. Names can be filled in."),
    )
    text = models.TextField(
        _("text"),
        max_length=MAX_TEXT,
        help_text=_(
            "1-5000 characters, as plain text; an empty line begins a paragraph. The "
            "HTML part is made of it. What is known in braces is filled in."
        ),
    )

    class Meta:
        ordering = ["kind"]
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                name="agents_mail_template_once",
                violation_error_message=_("This mail has words of your own already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=wording.CHOSEN),
                name="agents_mail_template_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        """Refuse what stands for nothing, and what the mail is of no use without."""
        if self.kind not in wording.CHOSEN:
            return  # which is said of the field
        wrong: dict[str, list[str]] = {}
        for field, sentence in wording.mistakes(
            MailKind(self.kind), subject=self.subject, body=self.text
        ):
            wrong.setdefault(field, []).append(sentence)
        if wrong:
            raise ValidationError(wrong)
