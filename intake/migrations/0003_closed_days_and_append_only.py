"""The federal holidays, and the trigger that keeps the timeline as it was written."""

from django.db import migrations

from intake import closed_days

APPEND_ONLY = """
CREATE FUNCTION intake_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The timeline is append-only: an event is neither changed nor deleted.';
END $$;
CREATE TRIGGER intake_event_append_only BEFORE UPDATE OR DELETE ON intake_requestevent
    FOR EACH ROW EXECUTE FUNCTION intake_event_is_append_only();
"""
NOT_ANY_MORE = """
DROP TRIGGER intake_event_append_only ON intake_requestevent;
DROP FUNCTION intake_event_is_append_only();
"""


def load(apps, schema_editor):
    closed_days.load(apps.get_model("intake", "ClosedDay"))


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_initial")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(APPEND_ONLY, NOT_ANY_MORE),
    ]
