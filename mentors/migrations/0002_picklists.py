"""The picklists of the organisation."""

from django.db import migrations

from mentors import picklists


def load(apps, schema_editor):
    picklists.load(
        apps.get_model("mentors", "MentoringArea"), apps.get_model("mentors", "BusinessType")
    )


class Migration(migrations.Migration):
    dependencies = [("mentors", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
