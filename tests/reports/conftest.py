"""Pages are looked at on MONDAY, like the stories begin."""

from tests.intake.conftest import at

__all__ = ["at"]
