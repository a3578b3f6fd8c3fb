"""Property tests look for wrong answers, not for slow ones: a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("handoff", deadline=None)
settings.load_profile("handoff")
