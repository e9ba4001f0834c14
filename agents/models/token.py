from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.agent import Agent
from agents.models.folding import Folding
from core.folding import FoldedText


class Scope(models.TextChoices):
    """What a token may be used for, within what its person's role may do."""

    READ = "read", _("Read")
    CONVERSE = "converse", _("Converse")
    CONFIGURE = "configure", _("Configure")


def all_scopes() -> list[str]:
    return list(Scope.values)


class AccessToken(Folding):
    """A bearer token of a person or integration; only its digest is kept.

    Those that administrators make have a name; those of a sign-in have none, and all
    scopes.
    """

    agent = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        related_name="tokens",
        help_text=_("For whom programs with this token act."),
    )
    name = models.CharField(
        max_length=100, blank=True, help_text=_("What the token is for.")
    )
    scopes = models.JSONField(
        default=all_scopes,
        help_text=_("read: see; converse: serve contacts; configure: change settings."),
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(help_text=_("At most two years from now."))
    last_used_at = models.DateTimeField(null=True, blank=True)

    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name or gettext("Token of %(agent)s") % {"agent": self.agent}

    @property
    def is_of_program(self) -> bool:
        """Whether an administrator made it, and no sign-in of a person."""
        return bool(self.name)
