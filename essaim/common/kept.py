"""Text typed in a form whose session had expired: kept until the person is back.

A form sent without being signed in is put in the (anonymous) session and the person goes to
sign in; Django keeps the session's content through it, and the form then shows the text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _

_KEY = "kept_text"
_SIZE = 500_000  # characters; beyond it the browser's own copy is what is left
_FORMS = 5
View = Callable[..., Any]


def signed_in_or_kept(view: View) -> View:
    """Like ``login_required``, without losing what was typed."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_autosave(request):
            return JsonResponse(
                {
                    "message": _(
                        "Votre connexion a expiré : votre texte est gardé dans ce navigateur."
                    )
                },
                status=401,
            )
        if request.method == "POST":
            data = request.POST.copy()
            data.pop("csrfmiddlewaretoken", None)
            text = data.urlencode()
            if len(text) <= _SIZE:
                kept = {**request.session.get(_KEY, {}), request.path: text}
                request.session[_KEY] = dict(list(kept.items())[-_FORMS:])
            messages.warning(
                request,
                _("Votre connexion avait expiré. Reconnectez-vous : votre texte vous sera rendu."),
            )
            return redirect_to_login(request.path)  # where what was typed is given back
        # What the page is about may be in its query.
        return redirect_to_login(request.get_full_path())

    return wrapper


def kept_text(request: HttpRequest) -> QueryDict | None:
    """What was typed in this page's form before the session expired, if anything."""
    text = request.session.get(_KEY, {}).get(request.path)
    return QueryDict(text, mutable=True) if text is not None else None


def forget_kept_text(request: HttpRequest) -> None:
    """Once the form is saved (never on a GET: reloading the page must show it again)."""
    kept = request.session.get(_KEY, {})
    if kept.pop(request.path, None) is not None:
        request.session[_KEY] = kept


def is_autosave(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("X-Essaim-Autosave") == "1"
