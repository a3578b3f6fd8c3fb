"""Django's admin for people and units."""

from allauth.account.admin import EmailAddress, EmailConfirmation
from django.contrib import admin
from django.contrib.auth.models import Group

from mentors.admin import people, units

__all__ = ["people", "units"]

# Who may do what is said by positions; people sign in with the one address on their record.
for unused in (Group, EmailAddress, EmailConfirmation):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)
