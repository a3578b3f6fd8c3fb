"""What is looked at before the site starts, and by `manage.py check`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from intake.policy import Policy


@register()
def policy_makes_sense(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The numbers that the environment sets are known and do not contradict each other."""
    unknown = sorted(set(settings.POLICY) - set(Policy.__dataclass_fields__))
    if unknown:
        return [Error(f"There is no number POLICY_{unknown[0].upper()}.", id="intake.E001")]
    try:
        Policy(**settings.POLICY)
    except ValueError as fault:
        hint = "Look at the variables POLICY_… in the environment."
        return [Error(str(fault), hint=hint, id="intake.E002")]
    return []
