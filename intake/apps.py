from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Requests, and everything that happens to them from submission to closing."""

    name = "intake"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Requests"

    def ready(self) -> None:
        """Have the settings looked at before anything starts; listen to the mail service."""
        from anymail.signals import tracking

        from intake import checks  # noqa: F401
        from intake.views.mail_news import receive

        tracking.connect(receive, dispatch_uid="news of mails")
