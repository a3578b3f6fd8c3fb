"""The settings of `make run` with the clocks going fast, for tests that wait for real beats."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {
    name: CELERY_BEAT_SCHEDULE[name] | {"schedule": seconds, "options": {"expires": 30}}
    for name, seconds in (("sweep", 2.0), ("deliver-mail", 1.0))
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.5  # seconds
