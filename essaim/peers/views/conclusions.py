"""A manager reads the results, writes to the holder, and concludes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.common.spreadsheets import TYPES, download
from essaim.following.actions.reading import mark_subject_read
from essaim.peers import runners
from essaim.peers.actions import conclusions, talk
from essaim.peers.forms.readers import MessageForm
from essaim.peers.forms.rounds import ConcludeForm, FeedbackForm
from essaim.peers.models import READ, College, Conclusion, Reading, ReadingQuerySet, Round, Seat
from essaim.peers.notifications import ITEM
from essaim.peers.results import Adjusted, Given, accord, adjust, given_of, results_of, scores_of
from essaim.peers.rubric import overall

from .common import act, allow, context_of, fetch_item, fetch_round, page_of

SEVEREST = 20  # readers shown of each college


def _submitted(found: Round) -> ReadingQuerySet:
    return Reading.objects.filter(item__round=found).submitted()


def _with_words(readings: ReadingQuerySet) -> ReadingQuerySet:
    """For those of one page, or sent by and by: a round holds thousands."""
    return (
        readings.select_related("seat__college", "seat__user", "item")
        .prefetch_related("seat__college__criteria", "earlier")
        .order_by("seat__college__kind", "seat__number", "pk")
    )


def _adjusted(given: list[Given], colleges: list[College]) -> dict[str, Adjusted]:
    scores = scores_of(given, colleges)
    return {
        college.kind: adjust([s for s in scores if s.college == college.kind])
        for college in colleges
    }


@signed_in_or_kept
@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """All items, the two colleges apart, raw and adjusted side by side; readers' severity."""
    found = fetch_round(request, pk)
    allow(found.state in READ)
    colleges = list(found.colleges.all())
    given = given_of(_submitted(found), colleges)
    adjusted = _adjusted(given, colleges)
    page = page_of(request, found.items.select_related("conclusion"))
    by_item: dict[int, list[Given]] = {item.pk: [] for item in page}
    for one in given:
        if one.item in by_item:
            by_item[one.item].append(one)
    rows = [(item, results_of(item.pk, colleges, by_item[item.pk], adjusted)) for item in page]
    return render(
        request,
        "peers/results.html",
        context_of(
            found,
            page=page,
            rows=rows,
            accords=[(college, accord(given, college)) for college in colleges],
            severity=_severity(colleges, adjusted),
            is_adjusted=any(each.items for each in adjusted.values()),
            place=runners.place_of(found),
        ),
    )


def _severity(
    colleges: list[College], adjusted: dict[str, Adjusted]
) -> list[tuple[College, list[tuple[Seat, float]]]]:
    """Of each college, those who differ most from the others."""
    most = {
        college.kind: sorted(
            adjusted[college.kind].readers.items(), key=lambda pair: -abs(pair[1])
        )[:SEVEREST]
        for college in colleges
    }
    seats = Seat.objects.select_related("user").in_bulk(
        [pk for rows in most.values() for pk, _value in rows]
    )
    return [
        (college, [(seats[pk], value) for pk, value in most[college.kind]]) for college in colleges
    ]


@signed_in_or_kept
@require_safe
def export(request: HttpRequest, pk: int, kind: str) -> Any:
    """The submitted readings, one a row, readers by their number."""
    found = fetch_round(request, pk)
    allow(found.state in READ)
    return download(
        _table(found), kind=kind if kind in TYPES else "csv", name=f"lecture-{found.pk}"
    )


def _table(found: Round) -> Iterator[list[Any]]:
    titles = {
        criterion.pk: f"{criterion.title} ({college.get_kind_display()})"
        for college in found.colleges.all()
        for criterion in college.criteria.all()
    }
    yield [
        *(_("Objet"), _("Collège"), _("Lecteur"), _("Note sur 100")),
        *titles.values(),
        *(_("Pour le porteur"), _("Pour l’animateur")),
    ]
    for reading in _with_words(_submitted(found)).iterator(chunk_size=500):
        value = overall(reading.seat.college.criteria.all(), reading.answers)
        yield [
            reading.item.title,
            str(reading.seat.college.get_kind_display()),
            reading.seat.number,
            None if value is None else round(value),
            *((reading.answers.get(str(key)) or {}).get("level") for key in titles),
            reading.comment,
            reading.private_comment,
        ]


@signed_in_or_kept
@require_safe
def item_results(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One item: each criterion, each reading with its words, and the discussion."""
    found = fetch_round(request, pk)
    allow(found.state in READ)
    one = fetch_item(found, item)
    colleges = list(found.colleges.all())
    given = given_of(_submitted(found), colleges)
    adjusted = _adjusted(given, colleges)
    page = page_of(request, _with_words(_submitted(found).filter(item=one)), 20)
    return render(
        request,
        "peers/item_results.html",
        context_of(
            found,
            item=one,
            colleges=results_of(one.pk, colleges, given, adjusted),
            page=page,
            readings=[_spelt(reading) for reading in page],
            thread=one.messages.for_list(),
            form=MessageForm(),
        ),
    )


def _spelt(reading: Reading) -> dict[str, Any]:
    """A reading as people read it: criterion, level in words, why."""
    criteria = list(reading.seat.college.criteria.all())
    lines = []
    for criterion in criteria:
        answer = reading.answers.get(str(criterion.pk)) or {}
        level = answer.get("level")
        lines.append(
            {
                "criterion": criterion,
                "level": level,
                "words": criterion.levels[level - 1] if level else "",
                "why": answer.get("why", ""),
            }
        )
    return {"reading": reading, "lines": lines, "overall": overall(criteria, reading.answers)}


@signed_in_or_kept
@require_POST
def discuss(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The manager speaks among the readers."""
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    form = MessageForm(request.POST)
    back = reverse("peers:item_results", args=[found.pk, one.pk])
    if not form.is_valid():
        return press(request, _nothing, done="", back=back)
    return press(
        request,
        lambda: talk.discuss(
            one, form.cleaned_data["text"], by=request.user, key=form.cleaned_data["key"]
        ),
        done=_("Votre message est écrit."),
        back=f"{back}#discussion",
    )


def _nothing() -> None:
    raise DomainError(_("Écrivez votre message."))


@signed_in_or_kept
@form_page
def conclusion(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The words for the holder, what readers wrote for them beside; then sent."""
    found = fetch_round(request, pk)
    allow(found.state in READ)
    one = fetch_item(found, item)
    known = Conclusion.objects.filter(item=one).first()
    if request.method == "GET":
        mark_subject_read(request.user, ITEM, str(one.pk))
    initial = {
        "version": known.version if known else 0,
        "feedback": known.feedback if known else "",
    }
    form = FeedbackForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            conclusions.save_feedback(
                one,
                form.cleaned_data["feedback"],
                by=request.user,
                version=form.cleaned_data["version"],
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            return press(
                request, lambda: None, done=_("Le retour est enregistré, pas encore envoyé."),
                back=reverse("peers:conclusion", args=[found.pk, one.pk]),
            )  # fmt: skip
    readings = Reading.objects.filter(item=one).submitted().exclude(comment="")
    return render(
        request,
        "peers/conclusion.html",
        context_of(
            found,
            item=one,
            known=known,
            form=form,
            page=page_of(
                request,
                readings.select_related("seat__college").order_by("seat__college__kind", "pk"),
                60,
            ),
        ),
        status=status_code(request),
    )


@signed_in_or_kept
@require_POST
def share(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    return press(
        request, lambda: conclusions.share_feedback(one, by=request.user),
        done=_("Le retour est envoyé : le porteur peut y répondre."),
        back=reverse("peers:conclusion", args=[found.pk, one.pk]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def conclude(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = fetch_round(request, pk)
    one = fetch_item(found, item)
    return act(
        request, ConcludeForm(posted(request)),
        lambda data: conclusions.conclude_item(one, by=request.user, **data),
        title=_("Conclure"), button=_("Conclure et publier"),
        done=_("La conclusion est publiée sur la fiche.") if one.initiative_id
        else _("La conclusion est rendue."),
        intro=_("Une conclusion ne change plus. Dites ce que chaque collège a vu, et pourquoi vous"
                " retenez ce niveau."),
        back=reverse("peers:conclusion", args=[found.pk, one.pk]), **context_of(found, item=one),
    )  # fmt: skip
