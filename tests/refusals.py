"""Refusals as the tests expect them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from mentors.errors import Invalid


@contextmanager
def invalid(field: str, words: str = "") -> Iterator[None]:
    """What happens in here is refused, with a sentence beside `field` that has these words."""
    with pytest.raises(Invalid) as refused, transaction.atomic():
        yield
    assert (refused.value.field, words in refused.value.reason) == (field, True), (
        f"{refused.value.field}: {refused.value.reason}"
    )
    assert refused.value.reason.endswith(".")
