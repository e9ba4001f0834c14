import agents.models.skill
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0042_find_newest_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Skill",
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
                    "name",
                    models.CharField(
                        help_text="1-100 characters without : and ;, for example German.",
                        max_length=100,
                        validators=[agents.models.skill.validate_skill_name],
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Off: no contact asks for it, whatever is set up.",
                        verbose_name="active",
                    ),
                ),
                (
                    "folded_name",
                    models.CharField(blank=True, editable=False, max_length=200),
                ),
                ("folded", models.TextField(blank=True, editable=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="agents.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="AgentSkill",
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
                        default=5,
                        help_text="How well, 1-5: a little to expert.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skill_levels",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        help_text="What the agent can do.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agent_levels",
                        to="agents.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill of agent",
                "verbose_name_plural": "skills of agents",
                "ordering": ["skill__name", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.UniqueConstraint(
                fields=("organisation", "folded_name"),
                name="agents_skill_name",
                violation_error_message="A skill of this name exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentskill",
            constraint=models.UniqueConstraint(
                fields=("agent", "skill"),
                name="agents_agent_skill_once",
                violation_error_message="The agent has this skill already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 5))),
                name="agents_agent_skill_level",
            ),
        ),
    ]
