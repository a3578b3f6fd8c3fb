"""What has to be there before anything is shown."""

from django.apps import AppConfig

from config.catalogues import compile_catalogues


class SiteConfig(AppConfig):
    """The site: its settings, services, commands and words."""

    name = "config"

    def ready(self) -> None:
        """Compile the words of other languages, if they have changed: nobody has to think of it."""
        compile_catalogues()
