import uuid

from django.db import migrations, models

TAKE_OVER = """
INSERT INTO agents_serverprocess (id, seen_at)
SELECT process, max(seen_at) FROM agents_socket GROUP BY process
"""
# Going back: they were sockets of processes that do not run meanwhile.
FORGET = "DELETE FROM agents_socket"


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0037_relay_video"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServerProcess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="socket", name="seen_at"),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
    ]
