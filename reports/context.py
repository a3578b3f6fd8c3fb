"""What pages of reports have besides what their views give them."""

from django.http import HttpRequest

from reports.routing import told


def read_from(request: HttpRequest) -> dict[str, str]:
    """Which database a report was read from, in a sentence; nothing on other pages."""
    return {"read_from": told()}
