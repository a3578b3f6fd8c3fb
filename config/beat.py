"""When which task is woken up. One dict: the whole schedule of the site.

Each task asks the database what is due, so a beat too many does no harm and one too few is made up
by the next. Hence `expires`: a message that nobody took before the next one comes is dropped.
"""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {
        "task": "intake.tasks.sweep",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "deliver-mail": {
        "task": "intake.tasks.deliver_mail",
        "schedule": 10,
        "options": {"expires": 9},
    },
    "forget-drafts": {  # what nobody has come back to for a month; when in the day does not matter
        "task": "intake.tasks.forget_drafts",
        "schedule": crontab(hour=9, minute=20),
        "options": {"expires": 60 * 60},
    },
    "weekly-digest": {  # every hour, because Monday morning comes at another hour in each zone
        "task": "reports.tasks.weekly_digest",
        "schedule": crontab(minute=5),
        "options": {"expires": 50 * 60},
    },
    "daily-digest": {  # 08:00 comes at another time in each zone; some are off by half an hour
        "task": "intake.tasks.daily_digest",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 14 * 60},
    },
    "reports-by-mail": {  # likewise
        "task": "reports.tasks.send_reports",
        "schedule": crontab(minute="7-59/15"),
        "options": {"expires": 14 * 60},
    },
    "check-figures": {  # begins once a night in America; goes on with what was begun by hand
        "task": "intake.tasks.check_figures",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 9 * 60},
    },
}
