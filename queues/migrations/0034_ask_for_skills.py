import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0043_give_agents_skills"),
        ("queues", "0033_give_entry_points_a_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="AskedSkill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="The lowest level that will do, 1-5.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="at least",
                    ),
                ),
                (
                    "relax_seconds",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Seconds of waiting, 1-86400, after which the level is lowered by one, again and again until the skill is not asked for. Empty: never.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(86400),
                        ],
                        verbose_name="relaxes every",
                    ),
                ),
                (
                    "entry_point",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked_skills",
                        to="queues.entrypoint",
                    ),
                ),
                (
                    "intent",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked_skills",
                        to="queues.intent",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked_skills",
                        to="queues.queue",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        help_text="What the agent must be able to do.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="askers",
                        to="agents.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "asked skill of",
                "verbose_name_plural": "asked skills of",
                "ordering": ["skill__name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("entry_point__isnull", True),
                                ("intent__isnull", True),
                                ("queue__isnull", False),
                            ),
                            models.Q(
                                ("entry_point__isnull", False),
                                ("intent__isnull", True),
                                ("queue__isnull", True),
                            ),
                            models.Q(
                                ("entry_point__isnull", True),
                                ("intent__isnull", False),
                                ("queue__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="queues_asked_skill_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 5))),
                        name="queues_asked_skill_level",
                    ),
                    models.UniqueConstraint(
                        fields=("queue", "skill"),
                        name="queues_asked_skill_queue",
                        violation_error_message="This skill is asked for already.",
                    ),
                    models.UniqueConstraint(
                        fields=("entry_point", "skill"),
                        name="queues_asked_skill_entry_point",
                        violation_error_message="This skill is asked for already.",
                    ),
                    models.UniqueConstraint(
                        fields=("intent", "skill"),
                        name="queues_asked_skill_intent",
                        violation_error_message="This skill is asked for already.",
                    ),
                ],
            },
        ),
    ]
