from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0022_fill_folded_columns")]

    operations = [
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("organisation", "folded_name"),
                name="agents_agent_folded_name",
                violation_error_message="A colleague has this name.",
            ),
        ),
    ]
