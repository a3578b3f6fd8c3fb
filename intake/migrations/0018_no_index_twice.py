from django.conf import settings
from django.db import migrations, models


def unindexed(model, name, to, related_name, index):
    """A foreign key whose index others begin with. Dropped aside of others' work: the key itself stays."""
    table = f'intake_{model}'
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"',
                f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{index}" ON "{table}" ("{name}_id")',
            ),
        ],
        state_operations=[
            migrations.AlterField(
                model_name=model,
                name=name,
                field=models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name=related_name, to=to),
            ),
        ],
    )


class Migration(migrations.Migration):
    """What a longer index serves as well needs none of its own: each new row costs less."""

    atomic = False

    dependencies = [
        ('intake', '0017_where_a_request_is'),
    ]

    operations = [
        unindexed('assignment', 'mentor', settings.AUTH_USER_MODEL, 'assignments', 'intake_assignment_mentor_id_d2313a1a'),
        unindexed('assignment', 'request', 'intake.mentoringrequest', 'assignments', 'intake_assignment_request_id_75801a0a'),
        unindexed('contactattempt', 'assignment', 'intake.assignment', 'attempts', 'intake_contactattempt_assignment_id_4117f478'),
        unindexed('mentoringrequest', 'chapter', 'mentors.chapter', 'requests', 'intake_mentoringrequest_chapter_id_40ddeb62'),
        unindexed('requestevent', 'request', 'intake.mentoringrequest', 'events', 'intake_requestevent_request_id_7b2734f1'),
        unindexed('session', 'request', 'intake.mentoringrequest', 'sessions', 'intake_session_request_id_afdee9a2'),
    ]
