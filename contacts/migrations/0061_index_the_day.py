from django.db import migrations, models

from core.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("contacts", "0057_note_barges_and_take_overs"),
    ]

    operations = [
        AddIndex(
            model_name="queuevisit",
            index=models.Index(fields=["queue", "left_at"], name="contacts_visit_left"),
        ),
        AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["queue", "ended_at"], name="contacts_assignment_of_day"
            ),
        ),
        AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["organisation", "ended_at"], name="contacts_contact_over"
            ),
        ),
    ]
