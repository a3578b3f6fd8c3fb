from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is open is counted from two small indexes, whatever else is in the tables."""

    atomic = False

    dependencies = [
        ('intake', '0021_newest_without_their_rows'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(condition=models.Q(('status__in', ('need_action', 'assigned', 'accepted'))), fields=['chapter', 'status'], include=('id', 'current', 'area', 'submitted_at', 'status_since', 'parked'), name='request_still_open'),
        ),
        RemoveIndexConcurrently(model_name='mentoringrequest', name='request_open'),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['id'], include=('mentor', 'assigned_at', 'respond_by', 'answered_at', 'attempts_made', 'contacted_at', 'counseled_at'), name='assignment_held'),
        ),
    ]
