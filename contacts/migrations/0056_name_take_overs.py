from django.db import migrations, models

OUTCOMES = {
    "end": "End",
    "transfer": "Transfer",
    "drop": "Dropped from the conference",
    "exit": "Left the conference",
    "conference_ended": "Conference ended",
    "customer_left": "Left by the customer",
    "lost": "Agent out of reach",
    "requeued": "Put back in a queue by a supervisor",
    "closed": "Closed by a supervisor",
    "taken_over": "Taken over by a supervisor",
    "completed": "Completed",
    "rona": "RONA",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}


def rename(apps, schema_editor):
    """Call by the nearest name what the version before has no word for."""
    rows = apps.get_model("contacts", "Assignment").objects
    rows.filter(outcome="taken_over").update(outcome="requeued")


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0055_know_who_watches"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignment", name="contacts_assignment_outcome"
        ),
        migrations.AlterField(
            model_name="assignment",
            name="outcome",
            field=models.CharField(
                blank=True, choices=list(OUTCOMES.items()), max_length=20
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", *OUTCOMES])),
                name="contacts_assignment_outcome",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, rename),
    ]
