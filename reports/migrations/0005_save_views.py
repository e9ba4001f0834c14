import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_keep_reviews"),
        ("agents", "0046_mail_saved_views"),
        ("queues", "0033_give_entry_points_a_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
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
                ("name", models.CharField(max_length=100)),
                ("is_shared", models.BooleanField(default=False)),
                ("report", models.CharField(max_length=20)),
                (
                    "period",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("today", "Today"),
                            ("yesterday", "Yesterday"),
                            ("last_7_days", "Last 7 days"),
                            ("last_30_days", "Last 30 days"),
                            ("this_month", "This month"),
                            ("last_month", "Last month"),
                        ],
                        max_length=20,
                    ),
                ),
                ("first_day", models.DateField(blank=True, null=True)),
                ("last_day", models.DateField(blank=True, null=True)),
                ("interval", models.CharField(blank=True, max_length=10)),
                (
                    "figure",
                    models.CharField(
                        blank=True,
                        max_length=50,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z_]*[0-9]{0,3}$"
                            )
                        ],
                    ),
                ),
                (
                    "mail_every",
                    models.CharField(
                        blank=True,
                        choices=[("day", "Every morning"), ("week", "Every Monday")],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="agents.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="queues.queue",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agents.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("mail_due_at__isnull", False)),
                        fields=["mail_due_at"],
                        name="reports_saved_view_mail_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"),
                        name="reports_saved_view_name",
                        violation_error_message="You have a view of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("period", ""), _negated=True),
                                ("first_day__isnull", True),
                                ("last_day__isnull", True),
                            ),
                            models.Q(
                                ("first_day__isnull", False),
                                ("last_day__isnull", False),
                                ("period", ""),
                            ),
                            _connector="OR",
                        ),
                        name="reports_saved_view_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail_due_at__isnull", True), ("mail_every", "")),
                            models.Q(
                                models.Q(("mail_every", ""), _negated=True),
                                models.Q(("period", ""), _negated=True),
                                ("mail_due_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="reports_saved_view_mail",
                    ),
                ],
            },
        ),
    ]
