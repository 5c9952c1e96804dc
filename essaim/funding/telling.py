"""How what is told of pools is shown, and in which words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb

from .models import DUE, LIVING, Option, OptionState, Pool, State
from .notifications import (
    ADVANCED,
    AGREED,
    AMENDED,
    ASKED,
    COMMENTED,
    COMMITTED,
    CONFIRMED,
    DISENGAGED,
    ENDED,
    EXPIRING,
    FORMED,
    FOUND,
    INVITED,
    MEETING,
    MEETING_MOVED,
    MEETING_OFF,
    MEETING_TOLD,
    MILESTONE,
    OPENED,
    OPTION,
    OPTION_ENDED,
    PAID,
    PLEDGED,
    POOL,
    POSTPONED,
    PUBLICATION,
    REACHED,
    REPORT_DUE,
    REPORTED,
    REVIEW,
    STEP_ENDS,
    STEP_LATE,
    TO_SIGN,
    VISITED,
)


def _pools(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Pool.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(each.initiative.title, each.get_absolute_url())
        for each in found.select_related("initiative")
    }


def _options(keys: Collection[str], user: Any) -> dict[str, Shown]:
    found = Option.objects.visible_to(user).filter(pk__in=numbers_in(keys))
    return {
        str(each.pk): Shown(
            f"{each.pool.initiative.title} – {each.territory.label}", each.get_absolute_url()
        )
        for each in found.select_related("pool__initiative", "territory")
    }


def _still_pools(**condition: Any) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Pool.objects.filter(pk__in=numbers_in(keys), **condition)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def _still_options(**condition: Any) -> Any:
    def read(keys: Collection[str], user: Any) -> set[str]:
        found = Option.objects.filter(pk__in=numbers_in(keys), **condition)
        return {str(pk) for pk in found.values_list("pk", flat=True)}

    return read


def register() -> None:
    register_subject(
        Subject(POOL, _("subvention d’essaimage"), _pools, this=_("cette subvention d’essaimage"))
    )
    register_subject(Subject(OPTION, _("option"), _options))
    gone = _("Une option n’attend plus rien de vous.")
    for verb in [
        Verb(
            FORMED,
            _("Une subvention d’essaimage se forme pour « %(title)s » : votre accord est attendu"),
            still=_still_pools(state=State.FORMING, holder_agreed_at=None),
            done=_("Votre accord pour la subvention d’essaimage de « %(title)s » est donné"),
        ),
        Verb(
            AGREED,
            _("Le porteur de « %(title)s » donne son accord à la subvention d’essaimage"),
            still=_still_pools(state=State.FORMING),
        ),
        Verb(OPENED, _("« %(title)s » cherche des financeurs pour de nouveaux sites")),
        Verb(INVITED, _("Vous êtes invité à prendre une option sur l’essaimage de « %(title)s »")),
        Verb(ADVANCED, _("La subvention d’essaimage de « %(title)s » passe une étape")),
        Verb(REPORTED, _("Le pilote de « %(title)s » donne de ses nouvelles")),
        Verb(VISITED, _("Un membre du groupement a visité le pilote de « %(title)s »")),
        Verb(MILESTONE, _("Le pilote de « %(title)s » atteint un jalon")),
        Verb(
            POSTPONED,
            _("La date attendue par la subvention d’essaimage de « %(title)s » est reportée"),
        ),
        Verb(
            STEP_ENDS,
            _(
                "La subvention d’essaimage de « %(title)s » attend votre réponse avant sa date limite"
            ),
            still=_still_pools(state__in=list(DUE)),
        ),
        Verb(
            STEP_LATE,
            _("La date limite de « %(title)s » est passée : reportez-la, ou passez à la suite"),
            still=_still_pools(state__in=list(DUE)),
        ),
        Verb(COMMENTED, _("Un rapport du pilote de « %(title)s » est commenté")),
        Verb(MEETING, _("Une réunion sur le pilote de « %(title)s » est prévue")),
        Verb(
            MEETING_MOVED, _("Une réunion sur le pilote de « %(title)s » change de date ou de lien")
        ),
        Verb(
            MEETING_TOLD, _("Le compte rendu d’une réunion sur le pilote de « %(title)s » est là")
        ),
        Verb(MEETING_OFF, _("Une réunion sur le pilote de « %(title)s » est annulée")),
        Verb(
            REPORT_DUE,
            _("Un rapport du pilote de « %(title)s » est attendu"),
            still=_still_pools(state=State.PILOTING),
        ),
        Verb(
            REVIEW,
            _("L’avis de votre organisation sur le pilote de « %(title)s » est attendu"),
            still=_still_pools(state=State.REVIEWING),
        ),
        Verb(FOUND, _("Le constat sur le pilote de « %(title)s » est publié")),
        Verb(ENDED, _("La subvention d’essaimage de « %(title)s » est terminée")),
        Verb(
            TO_SIGN,
            _("Une seconde signature est attendue : %(title)s"),
            unseen=gone,
            still=_still_options(state__in=LIVING[:2]),
            done=_("La seconde signature n’est plus attendue : %(title)s"),
        ),
        Verb(PLEDGED, _("Une option est prise : %(title)s")),
        Verb(OPTION_ENDED, _("Une option se termine : %(title)s")),
        Verb(
            EXPIRING,
            _("Votre option expire bientôt : %(title)s"),
            unseen=gone,
            still=_still_options(state=OptionState.PLEDGED),
        ),
        Verb(CONFIRMED, _("Une option est confirmée : %(title)s")),
        Verb(COMMITTED, _("Un financement est engagé juridiquement : %(title)s")),
        Verb(
            AMENDED,
            _("Un avenant passe à un autre bénéficiaire ce qui restait d’un acte : %(title)s"),
        ),
        Verb(DISENGAGED, _("Ce qui n’était pas engagé est libéré : %(title)s")),
        Verb(REACHED, _("Un jalon est atteint, son versement peut être demandé : %(title)s")),
        Verb(ASKED, _("Un versement est demandé : %(title)s")),
        Verb(PAID, _("Un versement est enregistré : %(title)s")),
        Verb(
            PUBLICATION,
            _("Les données de votre subvention sont à publier : %(title)s"),
            unseen=gone,
            still=_still_options(acts__isnull=False, acts__publication=None),
        ),
    ]:
        register_verb(verb)
