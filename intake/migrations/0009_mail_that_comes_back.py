from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mail that is held back, joined, or ended with one click; addresses in trouble by index."""

    dependencies = [
        ("intake", "0008_mentors_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmail",
            name="stop_url",
            field=models.CharField(
                blank=True,
                help_text="Where a mail program ends mails of this kind.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting to be sent"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("kept", "Kept here (no mail server set up)"),
                    ("failed", "Could not be sent"),
                    ("dropped", "No longer needed"),
                    ("joined", "Sent together with others"),
                    ("held", "Held back (mail to the address comes back)"),
                ],
                default="queued",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("mail_trouble", ""), _negated=True),
                fields=["mail_trouble_at"],
                name="client_mail_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["volunteer", "send_at", "id"],
                name="mail_waiting_for_reader",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(
                condition=models.Q(("state", "held")), fields=["id"], name="mail_held"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)),
                fields=["-bounced_at"],
                name="mail_came_back",
            ),
        ),
    ]
