"""The settings of a real server, with one page more: the empty one."""

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.site.urls"
