from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The newest requests and who is meant by a name are read from indexes alone."""

    atomic = False

    dependencies = [
        ('intake', '0020_timed_by_index'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(fields=['-submitted_at', '-id'], include=('chapter', 'client', 'current', 'parked'), name='request_newest_of_all'),
        ),
        RemoveIndexConcurrently(model_name='mentoringrequest', name='request_newest'),
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=models.Index(fields=['chapter', '-submitted_at', '-id'], include=('client', 'current', 'parked'), name='request_newest_there'),
        ),
        RemoveIndexConcurrently(model_name='mentoringrequest', name='request_newest_of_chapter'),
        AddIndexConcurrently(
            model_name='client',
            index=models.Index(fields=['email_key'], include=('id',), opclasses=['varchar_pattern_ops'], name='client_id_by_email'),
        ),
        RemoveIndexConcurrently(model_name='client', name='client_by_email'),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(fields=['mentor', 'assigned_at'], include=('id',), name='assignment_id_of_mentor'),
        ),
        RemoveIndexConcurrently(model_name='assignment', name='assignment_of_mentor'),
    ]
