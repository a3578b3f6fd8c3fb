"""Pages are looked at on MONDAY, like the stories begin; a world for a whole class of tests."""

from tests.intake.conftest import at
from tests.kept import Everything, everything, kept, kept_everything

__all__ = ["Everything", "at", "everything", "kept", "kept_everything"]
