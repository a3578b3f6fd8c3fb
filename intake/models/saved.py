"""What a coordinator keeps at hand: views of the lists, and notes that come back."""

from django.conf import settings
from django.db import models

from intake.enums import ListPage, WordsFor
from mentors.models import Shared


class SavedView(Shared):
    """A list as somebody filtered and sorted it, to come back to by name."""

    page = models.CharField(max_length=10, choices=ListPage)
    query = models.CharField(max_length=1000, blank=True, help_text="What stands behind the ? .")

    class Meta(Shared.Meta):
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                name="saved_view_named_once",
                violation_error_message="You have a view of this name already.",
            ),
        ]

    @property
    def list_name(self) -> str:
        """The name of the address of its list."""
        return f"intake:{self.page}"


class DefaultView(models.Model):
    """With which of the saved views a list opens for one person."""

    volunteer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="default_views"
    )
    page = models.CharField(max_length=10, choices=ListPage)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "page"], name="one_default_view_per_page")
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}: {self.view}"


class NoteTemplate(Shared):
    """Words that are needed again and again, for one purpose."""

    purpose = models.CharField(max_length=10, choices=WordsFor, default=WordsFor.MENTOR)
    text = models.TextField(max_length=4000)
    begins = models.BooleanField(
        "stands there from the start", default=False, help_text="In every field of its purpose."
    )

    class Meta(Shared.Meta):
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["owner", "purpose", "name"],
                name="note_template_named_once",
                violation_error_message="You have a template of this name already.",
            ),
            models.UniqueConstraint(
                fields=["owner", "purpose"],
                condition=models.Q(begins=True),
                name="note_template_one_begins",
            ),
        ]
