from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """How mentors answered and what they hold is read from indexes, without the wide rows."""

    atomic = False

    dependencies = [
        ('intake', '0022_open_without_their_rows'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(fields=['mentor', 'assigned_at'], include=('id', 'outcome', 'respond_by', 'answered_at', 'answer_days'), name='assignment_answer_of_mentor'),
        ),
        RemoveIndexConcurrently(model_name='assignment', name='assignment_id_of_mentor'),
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['mentor'], include=('id', 'outcome'), name='assignment_held_by_mentor'),
        ),
        RemoveIndexConcurrently(model_name='assignment', name='assignment_open_of_mentor'),
    ]
