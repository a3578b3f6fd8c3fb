"""The web application, for gunicorn: config.wsgi:application."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
application = get_wsgi_application()

# Every view is loaded before the first page is asked for, and stays: what is there for good need
# not be looked through for garbage again and again.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
# What a page leaves behind goes when nothing holds it any more. Few pages make so many objects that
# they are looked through for rings, which are rare, while somebody waits.
gc.set_threshold(50_000)
