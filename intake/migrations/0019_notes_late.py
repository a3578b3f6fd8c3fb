from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Late session notes by how long they have been late: years of them may have come along."""

    atomic = False

    dependencies = [
        ('intake', '0018_no_index_twice'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('notes_entered_at__isnull', True), ('state', 'held')), fields=['notes_due_at'], include=('request',), name='session_notes_late'),
        ),
    ]
