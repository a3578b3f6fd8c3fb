from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Requests, and everything that happens to them from submission to closing."""

    name = "intake"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Requests"

    def ready(self) -> None:
        """Have the settings looked at before anything starts."""
        from intake import checks  # noqa: F401
