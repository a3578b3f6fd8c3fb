from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the addresses from which mail comes back."""

    dependencies = [("mentors", "0007_public_words")]

    operations = [
        migrations.AddIndex(
            model_name="volunteer",
            index=models.Index(
                condition=models.Q(("mail_trouble", ""), _negated=True),
                fields=["mail_trouble_at"],
                name="volunteer_mail_trouble",
            ),
        ),
    ]
