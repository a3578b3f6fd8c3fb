"""The first page of everybody on the roster, by name, without putting all of them into order."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("mentors", "0009_reports")]

    operations = [
        AddIndexConcurrently(
            "volunteer",
            models.Index(fields=["last_name", "first_name", "id"], name="volunteer_in_order"),
        ),
    ]
