import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which requests were open at an instant is found at once, however long the history is."""

    atomic = False

    dependencies = [
        ('intake', '0014_checks_go_on'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mentoringrequest',
            index=django.contrib.postgres.indexes.GistIndex(models.Func(models.F('submitted_at'), models.F('closed_at'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), name='request_open_at_an_instant'),
        ),
        RemoveIndexConcurrently(
            model_name='mentoringrequest',
            name='request_by_closing',
        ),
    ]
