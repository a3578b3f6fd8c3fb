from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """With the request in it the database reads all that is held in the country for one chapter."""

    atomic = False

    dependencies = [
        ('intake', '0025_counted_by_status'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['mentor'], include=('id', 'outcome'), name='assignment_held_by_mentor'),
        ),
        RemoveIndexConcurrently(model_name='assignment', name='assignment_held_of_mentor'),
    ]
