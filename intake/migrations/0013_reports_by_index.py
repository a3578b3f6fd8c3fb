from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What reports look for, indexed while people go on working."""

    atomic = False

    dependencies = [
        ('intake', '0012_reports'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(fields=['assigned_at'], name='assignment_by_beginning'),
        ),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('outcome__in', ('accepted_in_time', 'accepted_late'))), fields=['answered_at'], name='assignment_by_acceptance'),
        ),
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at'], name='request_by_closing'),
        ),
        AddIndexConcurrently(
            model_name='requestevent',
            index=models.Index(condition=models.Q(('kind', 'moved')), fields=['at'], name='event_moves_by_day'),
        ),
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('notes_entered_at__isnull', False)), fields=['notes_entered_at'], name='session_by_notes'),
        ),
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['starts_at'], name='session_by_day_held'),
        ),
    ]
