from django.db import migrations, models

SEARCHED = (
    "accesstoken",
    "agent",
    "idlecode",
    "multimediaprofile",
    "organisation",
    "team",
)


class Migration(migrations.Migration):
    dependencies = [("agents", "0020_know_the_country")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="folded",
                field=models.TextField(blank=True, editable=False, default=""),
                preserve_default=False,
            )
            for model in SEARCHED
        ),
        migrations.AddField(
            model_name="agent",
            name="folded_name",
            field=models.CharField(
                blank=True, editable=False, max_length=200, default=""
            ),
            preserve_default=False,
        ),
    ]
