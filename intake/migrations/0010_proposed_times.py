import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_mail_that_comes_back")]

    operations = [
        # Nobody has proposed times before: the table is empty, and the column needs no default.
        migrations.AddField(
            model_name="timeproposal",
            name="attempt",
            field=models.ForeignKey(
                help_text="As what it counts: writing to the client is an attempt to reach him.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.contactattempt",
            ),
        ),
        migrations.AlterField(
            model_name="requestevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("assigned", "Assigned"),
                    ("replaced", "Given to another mentor"),
                    ("reminded", "Reminder sent"),
                    ("overdue", "Overdue"),
                    ("requeued", "Returned to the queue"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("handed_back", "Handed back"),
                    ("transferred", "Transferred to the queue"),
                    ("moved", "Moved to another chapter"),
                    ("contact", "Contact attempt"),
                    ("attempts_due", "Next contact attempt due"),
                    ("close_out_due", "Close-out due"),
                    ("session_scheduled", "Session scheduled"),
                    ("session_moved", "Session moved"),
                    ("session_cancelled", "Session cancelled"),
                    ("session_held", "Session held"),
                    ("session_missed", "Client missed the session"),
                    ("session_edited", "Session edited"),
                    ("notes_entered", "Session notes entered"),
                    ("notes_due", "Session notes due"),
                    ("note", "Note added"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("contact_corrected", "Client corrected contact details"),
                    ("question_extended", "Client added to the question"),
                    ("released", "Released to the queue"),
                    ("recomputed", "Due dates recomputed"),
                    ("nudged", "Nudged"),
                    ("not_duplicate", "Not a duplicate"),
                    ("client_merged", "Client merged"),
                    ("merge_undone", "Merge of the client undone"),
                    ("times_proposed", "Times proposed"),
                    ("times_dropped", "Proposed times withdrawn"),
                    ("time_asked", "Client asks for another time"),
                    ("team_joined", "Joined the team"),
                    ("team_left", "Left the team"),
                    ("time_logged", "Co-mentor’s time logged"),
                    ("address_failed", "Mail came back"),
                    ("contact_taken_back", "Contact attempt taken back"),
                ],
                max_length=20,
            ),
        ),
    ]
