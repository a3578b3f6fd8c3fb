"""How much is tried of what could be tried without end: with `THOROUGH=1` far more.

The usual run finds what is broken for most; the thorough one is for the night, and for who has
touched the order of mentors, the calendar or the locks.
"""

import os

from hypothesis import settings

THOROUGH = bool(os.environ.get("THOROUGH"))

USUAL_EXAMPLES, THOROUGH_EXAMPLES = 50, 500


def load_profile() -> None:
    """How many examples a property is tried with, unless it says so itself.

    They look for wrong answers, not for slow ones: a busy machine must not fail them.
    """
    name = "thorough" if THOROUGH else "usual"
    settings.register_profile("usual", max_examples=USUAL_EXAMPLES, deadline=None)
    settings.register_profile("thorough", max_examples=THOROUGH_EXAMPLES, deadline=None)
    settings.load_profile(name)


def examples(usual: int) -> int:
    """So many examples of something dear, and ten times as many in the thorough run."""
    return 10 * usual if THOROUGH else usual
