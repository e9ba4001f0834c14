from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import addresses
from agents.models.audited import Audited
from agents.models.folding import Folding
from agents.models.idle_code import IdleCode
from agents.models.organisation import Organisation
from agents.models.profile import MultimediaProfile
from agents.models.team import Team
from core import languages, secrets
from core.folding import FoldedName, FoldedText


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    INTEGRATION = "integration", _("Integration")


class Power(models.TextChoices):
    """What those who oversee may do with the contacts of others."""

    WATCH = "watch", _("Watch")
    WHISPER = "whisper", _("Whisper")
    BARGE = "barge", _("Barge in")
    TAKE_OVER = "take_over", _("Take over")


class AgentState(models.TextChoices):
    OFFLINE = "offline", _("Offline")
    IDLE = "idle", _("Idle")
    AVAILABLE = "available", _("Available")
    RONA = "rona", "RONA"


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str, **fields: Any) -> Agent:
        agent = self.model(email=self.normalise(email), **fields)
        agent.set_password(password)
        agent.save(force_insert=True)
        return agent

    def create_superuser(self, email: str, password: str, **fields: Any) -> Agent:
        """Create a platform superuser, who belongs to no organisation."""
        fields.setdefault("display_name", gettext("Platform"))
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Agent:
        return self.get(email=self.normalise(username or ""))

    @staticmethod
    def normalise(email: str) -> str:
        return email.strip().lower()


class Agent(Folding, Audited, AbstractBaseUser, PermissionsMixin):
    """A person (or integration) who works here; the user model."""

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        help_text=_("Used to sign in; unique over the installation."),
        error_messages={
            "unique": _("Somebody with this e-mail address exists already.")
        },
    )
    display_name = models.CharField(
        max_length=100, help_text=_("The name customers and colleagues see.")
    )
    role = models.CharField(
        max_length=20,
        choices=Role.choices,
        default=Role.AGENT,
        help_text=_(
            "Agents and supervisors take contacts, administrators work here, "
            "integrations are programs."
        ),
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="agents",
    )
    teams = models.ManyToManyField(
        Team,
        blank=True,
        related_name="agents",
        help_text=_("Agents serve the queues of their teams."),
    )
    multimedia_profile = models.ForeignKey(
        MultimediaProfile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agents",
        help_text=_("Empty: the team's, else the organisation's."),
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        choices=languages.SHIPPED,
        help_text=_("Of the desk and the administration. Empty: the browser's."),
    )
    may_watch = models.BooleanField(
        _("watch"),
        default=True,
        help_text=_("Read along in the chats of the own teams."),
    )
    may_whisper = models.BooleanField(
        _("whisper"),
        default=True,
        help_text=_("Tell the agent something that no customer sees."),
    )
    may_barge = models.BooleanField(
        _("barge in"),
        default=True,
        help_text=_("Join a chat without being asked."),
    )
    may_take_over = models.BooleanField(
        _("take over"),
        default=True,
        help_text=_("Take a chat from its agent."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Can sign in. Switch off instead of deleting."),
    )
    state = models.CharField(
        max_length=10,
        choices=AgentState.choices,
        default=AgentState.OFFLINE,
        editable=False,
    )
    idle_code = models.ForeignKey(
        IdleCode,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agents",
        editable=False,
    )
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    # The clock of "longest available": the later of "became Available" and "last
    # share ended" (domain 4.4).
    available_since = models.DateTimeField(null=True, blank=True, editable=False)

    # Raised to end all browser sessions of this person.
    session_version = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[AgentManager] = AgentManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # What no active colleague may have in common (D34).
    folded_name = FoldedName(max_length=200, of=("display_name",))
    folded = FoldedText(of=("display_name", "email"))

    class Meta:
        ordering = ["display_name", "id"]
        verbose_name = _("agent")
        indexes = [
            models.Index(
                fields=["organisation", "available_since"],
                condition=models.Q(state="available"),
                name="agents_agent_available",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_superuser=True)
                | models.Q(organisation__isnull=False),
                name="agents_agent_has_organisation",
                violation_error_message=_("Choose the organisation."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="idle", idle_code__isnull=False)
                | (~models.Q(state="idle") & models.Q(idle_code__isnull=True)),
                name="agents_agent_idle_has_code",
            ),
            models.CheckConstraint(
                condition=models.Q(state="available", available_since__isnull=False)
                | ~models.Q(state="available"),
                name="agents_agent_available_has_clock",
            ),
            models.UniqueConstraint(
                fields=["organisation", "folded_name"],
                condition=models.Q(is_active=True),
                name="agents_agent_folded_name",
                violation_error_message=_("A colleague has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def audited_parts(self) -> dict[str, Any]:
        """Return which picture there is, by a part of its name, and the skills."""
        names = type(self).objects.filter(pk=self.pk).values_list("picture__name")
        [name] = names.first() or (None,)
        levels = [*map(str, self.skill_levels.select_related("skill"))]
        return {
            **({"picture": name[:8]} if name else {}),
            **({"skills": levels} if levels else {}),
        }

    def get_session_auth_hash(self) -> str:
        """Return what a session must match to count still: password and version."""
        return f"{super().get_session_auth_hash()}.{self.session_version}"

    @property
    def is_staff(self) -> bool:
        """Whether this person may enter the admin."""
        return self.is_superuser or self.role == Role.ADMINISTRATOR

    @property
    def is_overseer(self) -> bool:
        """Whether this person may read every contact of the organisation."""
        return self.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}

    def may(self, power: Power) -> bool:
        """Whether this person may do this with others' contacts: supervisors as it is
        set for each, administrators whatever takes no contact."""
        if self.role == Role.SUPERVISOR:
            return bool(getattr(self, f"may_{power}"))
        takes_no_contact = power in {Power.WATCH, Power.WHISPER}
        return self.role == Role.ADMINISTRATOR and takes_no_contact

    @property
    def address(self) -> str:
        """Where this person's sockets hear events (`core.realtime`)."""
        return addresses.of_agent(self.pk)

    @property
    def key(self) -> str:
        """What all that this person says is marked with; it reveals no id."""
        return secrets.key_of(self.address)

    @property
    def takes_contacts(self) -> bool:
        return self.role in {Role.AGENT, Role.SUPERVISOR}
