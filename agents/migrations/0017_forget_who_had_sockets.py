from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0016_forgive_customers_longer"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="presence",
            name="had_socket",
        ),
    ]
