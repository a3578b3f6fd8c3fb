"""Signed links: they open one thing for one purpose, without a sign-in."""

from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from intake.models import Assignment, MentoringRequest
from mentors.models import Volunteer


class Purpose(StrEnum):
    """What the link in a mail to a mentor is for."""

    ACCEPT = "accept"
    DECLINE = "decline"
    PAUSE = "pause"


def _signer(of: str) -> Signer:
    """Signs links of one sort. Those signed with an older key of the settings stay good."""
    return Signer(sep=".", salt=f"intake.{of}")


def absolute(path: str) -> str:
    """A path of this site as an address that works from a mail."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def answer_path(assignment: Assignment, purpose: Purpose) -> str:
    """The page on which the mentor answers without signing in; dies with the assignment."""
    token = _signer("answer").sign(f"{purpose}-{assignment.pk}")
    return reverse("intake:answer", args=[token])


def read_answer_token(token: str) -> tuple[Purpose, int]:
    """The purpose and the assignment's id. Raises BadSignature if it was tampered with."""
    purpose, _, pk = _signer("answer").unsign(token).partition("-")
    try:
        return Purpose(purpose), int(pk)
    except ValueError as unknown:
        raise BadSignature("signed for something else") from unknown


def status_token(mre: MentoringRequest) -> str:
    """The client's key to the status page of one request."""
    return _signer("status").sign(str(mre.pk))


def status_path(mre: MentoringRequest) -> str:
    """The client's status page."""
    return reverse("intake:status", args=[status_token(mre)])


def read_status_token(token: str) -> int:
    """The request's id. Raises BadSignature if it was tampered with."""
    return int(_signer("status").unsign(token))


def stop_path(reader: Volunteer, matter: str) -> str:
    """Where the reader of a mail ends mails about a matter with one click, without a sign-in."""
    return reverse("intake:stop_mails", args=[_signer("mails").sign(f"{reader.pk}-{matter}")])


def read_stop_token(token: str) -> tuple[int, str]:
    """The reader's id and the key of the matter. Raises BadSignature if it was tampered with."""
    pk, _, matter = _signer("mails").unsign(token).partition("-")
    return int(pk), matter


__all__ = [
    "BadSignature",
    "Purpose",
    "absolute",
    "answer_path",
    "read_answer_token",
    "read_status_token",
    "read_stop_token",
    "status_path",
    "status_token",
    "stop_path",
]
