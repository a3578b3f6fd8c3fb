from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which mentors reached their client and held no session is found at once."""

    atomic = False

    dependencies = [
        ('intake', '0015_open_at_an_instant'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='assignment',
            index=models.Index(condition=models.Q(('contacted_at__isnull', False), ('counseled_at__isnull', True), ('ended_at__isnull', True)), fields=['contacted_at'], name='assignment_to_counsel'),
        ),
    ]
