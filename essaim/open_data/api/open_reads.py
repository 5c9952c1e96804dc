"""Reads open to all: the same lists and filters as the site's pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy
from ninja import Router

from essaim.funding.forms.pools import ListForm as PoolsForm
from essaim.funding.models import Finding, Pool
from essaim.initiatives.interchange.matching import with_everything
from essaim.initiatives.models import Initiative
from essaim.needs.filters import read_filters as need_filters
from essaim.needs.forms import NeedFilterForm
from essaim.needs.models import Need
from essaim.open_data import conditional
from essaim.open_data.api import access, document, reading
from essaim.open_data.api.listing import by_offset, envelope, listing
from essaim.open_data.records import cards, others
from essaim.open_data.records.common import NOBODY
from essaim.open_data.tables import (
    FINDINGS,
    NEEDS,
    POOLS,
    PROOFS,
    REPLICATIONS,
    SCHEMES,
    TERRITORIES,
    THEMES,
)
from essaim.replications.forms.listing import ListForm as ReplicationsForm
from essaim.replications.models import Replication
from essaim.replications.models.replication import ReplicationQuerySet
from essaim.schemes.filters import read_filters as scheme_filters
from essaim.schemes.finding import find as find_schemes
from essaim.schemes.forms.directory import DirectoryForm
from essaim.schemes.models import Scheme
from essaim.search import results
from essaim.search.filters import ORDERS, Criteria
from essaim.search.forms import BankForm
from essaim.territories import lookup
from essaim.territories.models import Territory
from essaim.themes.matching import Vocabulary
from essaim.themes.models import Audience, Theme

# A lazy text where the library's types say a plain one.
_: Any = gettext_lazy
router = Router()
PAGE = [document.LIMIT, document.CURSOR, document.COUNT]


def listed(table: Any, *parameters: Any) -> dict[str, Any]:
    schema = document.page_of(document.of_table(table))
    return document.operation(schema, parameters=[*parameters, *PAGE], problems=(422,))


def one(table: Any) -> dict[str, Any]:
    return document.operation(document.of_table(table), problems=(404,))


# --- initiatives ------------------------------------------------------------------------
@router.get(
    "initiatives",
    summary=_("Fiches publiées, avec les filtres de la banque"),
    tags=["initiatives"],
    openapi_extra=document.operation(
        document.page_of(document.CARD),
        parameters=[*document.form_parameters(BankForm), *PAGE],
        problems=(422,),
    ),
)
def list_initiatives(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, BankForm)
    criteria: Criteria = form.read  # type: ignore[attr-defined]
    if criteria.text:
        return _ranked(request, criteria)
    published = Initiative.objects.published()
    order = [name.replace("pk", "id") for name in ORDERS[criteria.order]]
    if criteria.order == "title":
        order = ["slug", "id"]
    return listing(
        request,
        criteria.cards(),
        order,
        lambda found: found,
        fetched=lambda keys: cards.records(keys, published),
    )


def _ranked(request: HttpRequest, criteria: Criteria) -> HttpResponse:
    """Those that answer a text, with what each answers by."""

    def found(size: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        page = results.find(criteria, offset // size + 1, size=size)
        if page.beyond:
            return [], page.total
        items = cards.records([row.card.pk for row in page.rows], Initiative.objects.published())
        hits = {row.card.slug: row.hit for row in page.rows}
        for item in items:
            hit = hits[item[cards.META]["slug"]]
            item[cards.META]["match"] = {
                "words": [str(word) for word in hit.words],
                "by_meaning": bool(hit.by_meaning),
            }
        return items, page.total

    return by_offset(request, found)


def card_of(request: HttpRequest, slug: str) -> Initiative:
    """Published, or of the token's bearer."""
    readable = access.readable_cards(request)
    return get_object_or_404(readable, slug=slug)


@router.get(
    "initiatives/{slug:slug}",
    summary=_("Une fiche"),
    tags=["initiatives"],
    openapi_extra=document.operation(document.CARD, problems=(404, 422)),
)
def get_initiative(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, ())
    return card_answer(request, slug)


def card_answer(request: HttpRequest, slug: str, status: int = 200) -> HttpResponse:
    card = get_object_or_404(with_everything(access.readable_cards(request)), slug=slug)
    whole = access.writes_card(request, card)
    record = cards.record(
        card,
        Vocabulary.load(),
        whole=whole,
        harvested=cards.given_by([card.pk]).get(card.pk),
    )
    answer = conditional.answer(request, record, modified=card.updated_at)
    if status != 200:
        answer.status_code = status
    return answer


@router.get(
    "initiatives/{slug:slug}/evidence",
    summary=_("Les preuves d’une fiche"),
    tags=["initiatives"],
    openapi_extra=document.operation(
        document.page_of(document.of_table(PROOFS)), problems=(404, 422)
    ),
)
def list_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, ())
    card = get_object_or_404(
        Initiative.objects.published().prefetch_related("evidence", "facts"), slug=slug
    )
    return envelope(request, others.proofs(card), None, None)


@router.get(
    "initiatives/{slug:slug}/network",
    summary=_("Où l’initiative tourne, et qui a appris de qui"),
    tags=["replications"],
    openapi_extra=document.operation(
        document.page_of(document.of_table(REPLICATIONS)),
        parameters=PAGE,
        problems=(404, 422),
    ),
)
def list_network(request: HttpRequest, slug: str) -> HttpResponse:
    reading.parameters(request, ())
    card = get_object_or_404(Initiative.objects.published(), slug=slug)
    return _replications(request, _public_replications().filter(initiative=card))


# --- replications -----------------------------------------------------------------------
def _public_replications() -> ReplicationQuerySet:
    return Replication.objects.visible_to(NOBODY).for_list()


def _replications(request: HttpRequest, found: QuerySet[Replication]) -> HttpResponse:
    return listing(
        request, found, ["-committed_on", "-id"], lambda rows: [others.replication(r) for r in rows]
    )


@router.get(
    "replications",
    summary=_("Reprises engagées, des plus récentes aux plus anciennes"),
    tags=["replications"],
    openapi_extra=listed(REPLICATIONS, *document.form_parameters(ReplicationsForm)),
)
def list_replications(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, ReplicationsForm)
    return _replications(request, form.narrowed(_public_replications()))


@router.get(
    "replications/{int:number}",
    summary=_("Une reprise"),
    tags=["replications"],
    openapi_extra=one(REPLICATIONS),
)
def get_replication(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(_public_replications(), pk=number)
    return conditional.answer(request, others.replication(found))


# --- territories and lists --------------------------------------------------------------
KIND_LENGTH, TEXT_LENGTH = 20, 200
TERRITORY_KIND = {
    "name": "kind", "in": "query", "schema": {"type": "string", "maxLength": KIND_LENGTH},
    "description": _("Nature : commune, epci, department, region, country, group…"),
}  # fmt: skip
TERRITORY_WITHIN = {
    "name": "within", "in": "query", "schema": {"type": "string"},
    "description": _("Contenus dans ce territoire (nature:code)."),
}  # fmt: skip
TERRITORY_Q = {
    "name": "q", "in": "query", "schema": {"type": "string", "maxLength": TEXT_LENGTH},
    "description": _("Un nom, le début d’un nom ou un code postal : les dix qui y répondent le mieux."),
}  # fmt: skip


def place_of(address: str) -> Territory | None:
    return Territory.objects.by_code(address).select_related("successor").first()


@router.get(
    "territories",
    summary=_("Territoires, par nature et code"),
    tags=["territories"],
    openapi_extra=listed(TERRITORIES, TERRITORY_Q, TERRITORY_KIND, TERRITORY_WITHIN),
)
def list_territories(request: HttpRequest) -> HttpResponse:
    given = reading.parameters(request, ("q", "kind", "within"))
    found = Territory.objects.select_related("successor")
    kind = str(given.get("kind", ""))
    if "\x00" in kind or len(kind) > KIND_LENGTH:
        raise reading.problems_of([("kind", gettext("Cette nature est inconnue."))])
    if kind:
        found = found.filter(kind=kind)
    text = str(given.get("q", ""))
    if "\x00" in text or len(text) > TEXT_LENGTH:
        raise reading.problems_of([("q", gettext("Donnez un nom ou un code."))])
    place = None
    if "within" in given:
        place = place_of(str(given["within"]))
        if place is None:
            raise reading.problems_of([("within", gettext("Ce territoire est inconnu."))])
        found = found.within(place)
    if text:
        kinds = [kind] if kind else []
        best = lookup.search(text, kinds=kinds, within=place)
        found = found.filter(pk__in=[each.pk for each in best])
    return listing(
        request, found, ["kind", "code"], lambda rows: [others.territory(row) for row in rows]
    )


@router.get(
    "territories/{address}",
    summary=_("Un territoire, par exemple commune:38185"),
    tags=["territories"],
    openapi_extra=one(TERRITORIES),
)
def get_territory(request: HttpRequest, address: str) -> HttpResponse:
    place = place_of(address)
    if place is None:
        raise Http404
    return conditional.answer(request, others.territory(place), max_age=3600)


def _terms(request: HttpRequest, found: QuerySet[Any]) -> HttpResponse:
    reading.parameters(request, ())
    return listing(request, found, ["slug"], lambda rows: [others.term(row) for row in rows])


@router.get(
    "themes", summary=_("La liste des thèmes"), tags=["lists"], openapi_extra=listed(THEMES)
)
def list_themes(request: HttpRequest) -> HttpResponse:
    return _terms(request, Theme.objects.all())


@router.get(
    "audiences", summary=_("La liste des publics"), tags=["lists"], openapi_extra=listed(THEMES)
)
def list_audiences(request: HttpRequest) -> HttpResponse:
    return _terms(request, Audience.objects.all())


# --- needs ------------------------------------------------------------------------------
@router.get(
    "needs",
    summary=_("Besoins publics, des plus récents aux plus anciens"),
    tags=["needs"],
    openapi_extra=listed(NEEDS, *document.form_parameters(NeedFilterForm, ("mine",))),
)
def list_needs(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, NeedFilterForm, ("mine",), user=NOBODY)
    found = need_filters(form).apply(Need.objects.visible_to(NOBODY), NOBODY)
    return listing(
        request,
        found.for_list(),
        ["-created_at", "-id"],
        lambda rows: [others.need(row) for row in rows],
    )


@router.get("needs/{int:number}", summary=_("Un besoin"), tags=["needs"], openapi_extra=one(NEEDS))
def get_need(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(access.readable_needs(request).for_list(), pk=number)
    return conditional.answer(request, others.need(found, access.reader(request)))


# --- schemes ----------------------------------------------------------------------------
@router.get(
    "schemes",
    summary=_("Dispositifs d’appui, avec les filtres de l’annuaire"),
    tags=["schemes"],
    openapi_extra=listed(SCHEMES, *document.form_parameters(DirectoryForm)),
)
def list_schemes(request: HttpRequest) -> HttpResponse:
    asked = scheme_filters(reading.filters(request, DirectoryForm))
    allowed = asked.apply(Scheme.objects.visible_to(NOBODY))
    if asked.q:

        def found(size: int, offset: int) -> tuple[list[dict[str, Any]], int]:
            ranked = find_schemes(asked.q, allowed, limit=size, offset=offset)
            rows = Scheme.objects.published().for_detail().in_bulk(ranked.pks)
            return [others.scheme(rows[pk]) for pk in ranked.pks if pk in rows], ranked.total

        return by_offset(request, found)
    return listing(
        request,
        allowed.for_detail(),
        ["sort_title", "id"],
        lambda rows: [others.scheme(row) for row in rows],
    )


@router.get(
    "schemes/{slug:slug}", summary=_("Un dispositif"), tags=["schemes"], openapi_extra=one(SCHEMES)
)
def get_scheme(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Scheme.objects.visible_to(NOBODY).for_detail(), slug=slug)
    return conditional.answer(request, others.scheme(found))


# --- pools and findings -----------------------------------------------------------------
@router.get(
    "pools",
    summary=_("Subventions d’essaimage publiques"),
    tags=["pools"],
    openapi_extra=listed(POOLS, *document.form_parameters(PoolsForm)),
)
def list_pools(request: HttpRequest) -> HttpResponse:
    form = reading.filters(request, PoolsForm)
    found = form.narrowed(Pool.objects.visible_to(NOBODY).for_list())
    return listing(request, found, ["-created_at", "-id"], others.pools)


@router.get(
    "pools/{slug:slug}",
    summary=_("Une subvention d’essaimage"),
    tags=["pools"],
    openapi_extra=one(POOLS),
)
def get_pool(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Pool.objects.visible_to(NOBODY).for_list(), slug=slug)
    return conditional.answer(request, others.pools([found])[0])


@router.get(
    "findings",
    summary=_("Constats publiés après un pilote"),
    tags=["pools"],
    openapi_extra=listed(FINDINGS),
)
def list_findings(request: HttpRequest) -> HttpResponse:
    reading.parameters(request, ())
    public = Prefetch("pool", Pool.objects.for_list())
    found = Finding.objects.filter(pool__in=Pool.objects.visible_to(NOBODY)).prefetch_related(
        public
    )
    return listing(
        request, found, ["-at", "-id"], lambda rows: [others.finding(row) for row in rows]
    )
