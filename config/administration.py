"""The site of Django's admin: for administrators only, behind the one sign-in page."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator


class AdministrationConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "config.administration.AdministratorSite"


class AdministratorSite(AdminSite):
    """Every record, for who may see every record."""

    site_header = "Handoff administration"
    site_title = "Handoff administration"
    index_title = "All records"

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators: staff and superuser, both."""
        user = request.user
        return user.is_active and user.is_staff and user.is_superuser

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No second sign-in page, which would know nothing of the limits of the first."""
        from django.contrib.auth.views import redirect_to_login

        wanted = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted, resolve_url(settings.LOGIN_URL))
        if not self.has_permission(request):
            raise PermissionDenied("The administration is for administrators.")
        return redirect("admin:index")
