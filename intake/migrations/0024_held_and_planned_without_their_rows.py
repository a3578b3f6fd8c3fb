from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What needs a coordinator's eye in the whole country is found without the wide rows."""

    atomic = False

    dependencies = [
        ('intake', '0023_answers_without_their_rows'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('contacted_at__isnull', False), ('counseled_at__isnull', True), ('ended_at__isnull', True)), fields=['contacted_at'], include=('id', 'request', 'outcome'), name='assignment_not_counseled'),
        ),
        RemoveIndexConcurrently(model_name='assignment', name='assignment_to_counsel'),
        AddIndexConcurrently(
            model_name='session',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['starts_at'], include=('assignment', 'request'), name='session_still_planned'),
        ),
        RemoveIndexConcurrently(model_name='session', name='session_planned'),
    ]
