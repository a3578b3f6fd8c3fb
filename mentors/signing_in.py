"""Who is signed in, read together with the chapter on whose clock he lives."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from mentors.models import Volunteer


class WithChapter(AuthenticationBackend):
    """Sign-in by e-mail; each later request reads the person and the chapter in one query."""

    def get_user(self, user_id: Any) -> Volunteer | None:
        """The volunteer, while he may sign in."""
        found = Volunteer.objects.select_related("chapter__district").filter(pk=user_id)
        return found.filter(is_active=True).first()
