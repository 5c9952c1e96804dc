"""A person's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from essaim.people.actions import accounts
from essaim.people.forms.accounts import ProfileForm
from essaim.people.models import Membership
from essaim.people.views.signed_in import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ProfileForm(
        request.POST or None,
        initial={"name": user.name, "name_is_public": user.name_is_public},
    )
    if request.method == "POST" and form.is_valid():
        accounts.update_profile(user, **form.cleaned_data)
        messages.success(request, _("Votre profil est enregistré."))
        return redirect("people:profile")
    memberships = Membership.objects.filter(user=user).for_list()
    return render(request, "people/profile.html", {"form": form, "memberships": memberships})
