from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures and worklists. Reads what the other two apps keep; nobody imports it."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Reports"
