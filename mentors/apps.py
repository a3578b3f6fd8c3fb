from django.apps import AppConfig


class MentorsConfig(AppConfig):
    """People and units: who is who, where, and who can take a client today."""

    name = "mentors"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "People and units"
