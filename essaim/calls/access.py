"""What those who run a call opened is written down: the one write that a reading makes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Access, Application, Call, CallRound
from .models.links import ITEM

# What was opened, in words: the name of a page of calls, of a page of readings by peers (after
# « peers: »), or a word of older rows.
WORDS: dict[str, Any] = {
    **dict.fromkeys(("instruction", "list"), _("la liste des candidatures")),
    **dict.fromkeys(("file", "application"), _("une candidature")),
    **dict.fromkeys(("complete", "eligibility", "look_again"), _("la recevabilité")),
    **dict.fromkeys(("reading", "start_deciding"), _("la lecture")),
    **dict.fromkeys(("board", "refresh_scores"), _("le tableau de décision")),
    **dict.fromkeys(("prepare", "check"), _("une décision en préparation")),
    **dict.fromkeys(("publish_results", "publish", "publish_late"), _("la publication")),
    "deliberation": _("les réglages de la décision"),
    "waiting_list": _("la liste d’attente"),
    **dict.fromkeys(("meetings", "meeting"), _("les réunions du jury")),
    "minutes": _("le procès-verbal"),
    **dict.fromkeys(("appeal", "answer_appeal"), _("un recours")),
    "recusal": _("un déport"),
    "extend": _("un délai accordé"),
    **dict.fromkeys(("version", "version_pdf"), _("une version déposée")),
    **dict.fromkeys(("receipt", "receipt_pdf"), _("un récépissé")),
    **dict.fromkeys(("supports", "begin_support", "archive"), _("les accompagnements")),
    **dict.fromkeys(("support", "support_plan", "close_support"), _("un accompagnement")),
    "lesson": _("un récit « droit à l’erreur »"),
    "numbers": _("les chiffres"),
    **dict.fromkeys(("exports", "drop_column_template"), _("le choix d’un export")),
    **dict.fromkeys(("export", "export_file"), _("un export")),
    **dict.fromkeys(("questions", "answer_question"), _("les questions")),
    "accesses": _("les consultations"),
    **dict.fromkeys(("peers:item", "peers:item_results"), _("une candidature, dans la lecture")),
}


def words_of(what: str) -> Any:
    if what in WORDS:
        return WORDS[what]
    return _("la conduite de la lecture") if what.startswith("peers:") else what


def record(call: Call, *, by: Any, what: str, application: Application | None = None) -> None:
    """``what``: a key of ``WORDS``."""
    Access.objects.create(call=call, application=application, user_id=by.pk, what=what[:40])


def record_in_round(found: Any, item: Any, by: Any, what: str) -> None:
    """A page of the reading of a call, opened by who runs it; nothing for other rounds."""
    known = CallRound.objects.filter(round=found).select_related("call").first()
    if known is None:
        return
    key = item.reference.removeprefix(ITEM) if item is not None else ""
    read = Application.objects.filter(call=known.call, pk=key).first() if key.isdecimal() else None
    record(known.call, by=by, what=f"peers:{what}", application=read)


def seen_by(user: Any, call: Call) -> QuerySet[Access]:
    """For managers: what was opened, but of applications that they have a link with."""
    linked = Application.objects.linked_to(user).filter(call=call).values("pk")
    free = Q(application=None) | ~Q(application__in=linked)
    return Access.objects.filter(free, call=call).select_related("application").order_by("-pk")
