from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0038_note_presence_by_process"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="may_watch",
            field=models.BooleanField(
                default=True,
                help_text="Read along in the chats of the own teams.",
                verbose_name="watch",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="may_whisper",
            field=models.BooleanField(
                default=True,
                help_text="Tell the agent something that no customer sees.",
                verbose_name="whisper",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="may_barge",
            field=models.BooleanField(
                default=True,
                help_text="Join a chat without being asked.",
                verbose_name="barge in",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="may_take_over",
            field=models.BooleanField(
                default=True,
                help_text="Take a chat from its agent.",
                verbose_name="take over",
            ),
        ),
    ]
