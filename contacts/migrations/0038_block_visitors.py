import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0023_refuse_names_that_look_alike"),
        ("contacts", "0037_keep_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="address",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="Block",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("visitor", "Visitor"),
                            ("address", "Network address"),
                        ],
                        help_text="One customer, or everybody at a network address.",
                        max_length=10,
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        help_text="Of a visitor the customer's number; of an address the address or its network, such as 203.0.113.7 or 203.0.113.0/24.",
                        max_length=64,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        help_text="1-250 characters; those who are blocked do not see it.",
                        max_length=250,
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: until it is deleted.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                ("folded", models.TextField(blank=True, editable=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="agents.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "kind", "value"),
                        name="contacts_block_value",
                        violation_error_message="This one is blocked already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["visitor", "address"])),
                        name="contacts_block_kind",
                    ),
                ],
            },
        ),
    ]
