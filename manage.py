#!/usr/bin/env python
"""Commands of the project: `.venv/bin/python manage.py help`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from config.services.errors import ServiceError


def main() -> None:
    """Run a command; what the person at the terminal can mend is said in one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except (ServiceError, ImproperlyConfigured, EnvError) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
