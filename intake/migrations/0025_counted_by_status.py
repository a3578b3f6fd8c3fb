from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The requests of a chapter with a certain status are counted without their rows."""

    atomic = False

    dependencies = [
        ('intake', '0024_held_and_planned_without_their_rows'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(fields=['chapter', '-submitted_at', '-id'], include=('client', 'current', 'parked', 'status'), name='request_newest_in_chapter'),
        ),
        RemoveIndexConcurrently(model_name='mentoringrequest', name='request_newest_there'),
    ]
