from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is timed, read from indexes alone; the ones that only knew the days go afterwards."""

    atomic = False

    dependencies = [
        ('intake', '0019_notes_late'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(fields=['assigned_at'], include=('id', 'request', 'mentor', 'assigned_by'), name='assignment_begun'),
        ),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('outcome__in', ('accepted_in_time', 'accepted_late'))), fields=['answered_at'], include=('request', 'mentor', 'assigned_at'), name='assignment_accepted'),
        ),
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('notes_entered_at__isnull', False)), fields=['notes_entered_at'], include=('id', 'request', 'assignment'), name='session_noted'),
        ),
        RemoveIndexConcurrently(
            model_name='assignment',
            name='assignment_by_beginning',
        ),
        RemoveIndexConcurrently(
            model_name='assignment',
            name='assignment_by_acceptance',
        ),
        RemoveIndexConcurrently(
            model_name='session',
            name='session_by_notes',
        ),
    ]
