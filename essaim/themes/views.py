"""Managers' pages: the controlled lists, and the words that wait to be mapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.themes import actions
from essaim.themes.forms import TermForm, WordFilterForm
from essaim.themes.matching import Vocabulary
from essaim.themes.models import TERM_MODELS, ListKind, UnmappedTag
from essaim.themes.rules import can_change_lists
from essaim.themes.signals import count_words

WORDS_PER_PAGE = 20
View = Callable[..., HttpResponse]


def managers_only(view: View) -> View:
    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_change_lists(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@managers_only
def lists(request: HttpRequest) -> HttpResponse:
    """Words to map first, since they wait; then both lists."""
    form = WordFilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    words = UnmappedTag.objects.filter(ignored=chosen.get("ignored", False))
    if chosen.get("vocabulary"):
        words = words.filter(vocabulary=chosen["vocabulary"])
    if chosen.get("word"):
        # Punctuation alone folds to nothing: no word contains it.
        folded = fold(chosen["word"])
        words = words.filter(folded__contains=folded) if folded else words.none()
    page = Paginator(words, WORDS_PER_PAGE).get_page(request.GET.get("page"))
    vocabulary = Vocabulary.load()
    indexes = {kind.value: vocabulary.index(kind.value) for kind in ListKind}
    return render(
        request,
        "themes/lists.html",
        {
            "form": form,
            "filtered": any(chosen.values()),
            "page": page,
            "words": [
                {
                    "tag": tag,
                    "uses": uses,
                    "terms": indexes[tag.vocabulary].terms,
                    "closest": indexes[tag.vocabulary].closest(tag.text),
                }
                for tag, uses in _with_uses(list(page))
            ],
            "lists": [(kind, indexes[kind.value].terms) for kind in ListKind],
        },
    )


def _with_uses(tags: list[UnmappedTag]) -> list[tuple[UnmappedTag, int]]:
    """Each word with the number of cards that carry it, all its spellings together."""
    uses: dict[str, Counter[str]] = {kind: Counter() for kind in ListKind.values}
    for kind, counter in uses.items():
        spellings = [word for tag in tags if tag.vocabulary == kind for word in tag.spellings]
        if spellings:
            for _receiver, counts in count_words.send(None, vocabulary=kind, words=spellings):
                counter.update(counts)
    return [(tag, sum(uses[tag.vocabulary][word] for word in tag.spellings)) for tag in tags]


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new_term(request: HttpRequest, vocabulary: str) -> HttpResponse:
    return _edit(request, vocabulary, None)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def term(request: HttpRequest, vocabulary: str, slug: str) -> HttpResponse:
    return _edit(request, vocabulary, get_object_or_404(TERM_MODELS[vocabulary], slug=slug))


def _edit(request: HttpRequest, vocabulary: str, term: Any) -> HttpResponse:
    initial = {
        name: getattr(term, name) for name in ("name", "name_en", "synonyms") if term is not None
    }
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            saved = actions.save_term(term, vocabulary=vocabulary, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("« %(term)s » est enregistré.") % {"term": saved})
            return redirect("themes:lists")
    context = {"form": form, "term": term, "vocabulary": ListKind(vocabulary)}
    return render(request, "themes/term.html", context)


@require_POST
@managers_only
def map_word(request: HttpRequest, pk: int) -> HttpResponse:
    tag = UnmappedTag.objects.filter(pk=pk).first()
    if tag is None:
        return _back(request, error=_("Ce mot a déjà été rattaché."))
    slug = request.POST.get("term", "").replace("\x00", "")
    term = TERM_MODELS[tag.vocabulary].objects.filter(slug=slug).first()
    if term is None:
        return _back(request, error=_("Choisissez à quoi rattacher « %(word)s ».") % {"word": tag})
    try:
        actions.map_tag(tag, term)
    except DomainError as error:
        return _back(request, error=error.message)
    done = _("« %(word)s » désigne maintenant « %(term)s ».") % {"word": tag, "term": term}
    return _back(request, success=done)


@require_POST
@managers_only
def ignore_word(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, actions.ignore_tag, _("« %(word)s » reste tel quel."))


@require_POST
@managers_only
def restore_word(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, pk, actions.restore_tag, _("« %(word)s » est de nouveau à rattacher."))


def _change(
    request: HttpRequest, pk: int, action: Callable[[UnmappedTag], None], done: str
) -> HttpResponse:
    tag = UnmappedTag.objects.filter(pk=pk).first()
    if tag is None:
        return _back(request, error=_("Ce mot a déjà été rattaché."))
    try:
        action(tag)
    except DomainError as error:
        return _back(request, error=error.message)
    return _back(request, success=done % {"word": tag})


def _back(request: HttpRequest, *, success: str = "", error: str = "") -> HttpResponse:
    """To the words, filtered as they were."""
    if success:
        messages.success(request, success)
    if error:
        messages.error(request, error)
    filters = QueryDict(request.POST.get("filters", "")).urlencode()
    return redirect(reverse("themes:lists") + (f"?{filters}" if filters else ""))
