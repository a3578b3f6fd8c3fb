from django.db import migrations, models


class Migration(migrations.Migration):
    """Attempts that were logged by hand, and mails that were written here."""

    dependencies = [("intake", "0010_proposed_times")]

    operations = [
        migrations.AddField(
            model_name="contactattempt",
            name="is_mail",
            field=models.BooleanField(
                default=False, help_text="Written here; the system sent it to the client."
            ),
        ),
        migrations.AddField(
            model_name="contactattempt",
            name="logged_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was written down, if somebody did that by hand.",
                null=True,
            ),
        ),
    ]
