from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What reports ask of the request of each row, out of indexes: the rows themselves are wide."""

    atomic = False

    dependencies = [
        ('intake', '0016_watched_by_index'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(fields=['id'], include=('chapter', 'submitted_at', 'parked'), name='request_whereabouts'),
        ),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(fields=['request', 'assigned_at', 'id'], name='assignment_of_request'),
        ),
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('notes_entered_at__isnull', False)), fields=['request', 'notes_entered_at', 'id'], name='session_notes_of_request'),
        ),
    ]
