import agents.models.organisation
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0019_carry_the_old_trail_over")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="country",
            field=models.CharField(
                blank=True,
                default="",
                help_text="ISO 3166, for example DE: in which phone numbers without a "
                "country are read. Empty: none.",
                max_length=2,
                validators=[agents.models.organisation.validate_country],
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="phones_due_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
