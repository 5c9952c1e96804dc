"""The places of France, by their official codes, and what contains what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Kinds of the official reference, largest first; zonings loaded by managers add theirs.
KINDS = {
    "country": _("pays"),
    "region": _("région"),
    "department": _("département"),
    "epci": _("intercommunalité"),
    "commune": _("commune"),
    "group": _("groupe de territoires"),
}

# Those of the map itself: neither groups nor zonings.
OFFICIAL = [kind for kind in KINDS if kind != "group"]

PLURALS = {
    "region": _("régions"),
    "department": _("départements"),
    "epci": _("intercommunalités"),
    "commune": _("communes"),
    "group": _("groupes de territoires"),
}

# What the official file says of some territories beyond their kind.
NATURES = {
    "CC": _("communauté de communes"),
    "CA": _("communauté d’agglomération"),
    "CU": _("communauté urbaine"),
    "METRO": _("métropole"),
    "MET69": _("métropole de Lyon"),
    "drom": _("outre-mer"),
    "com": _("collectivité d’outre-mer"),
}


class ZoningQuerySet(models.QuerySet["Zoning"]):
    def with_counts(self) -> ZoningQuerySet:
        """Each with ``zones``, how many it has today."""
        of_today = (
            Territory.objects.current()
            .filter(kind=OuterRef("slug"))
            .order_by()
            .values("kind")
            .annotate(n=Count("pk"))
        )
        return self.annotate(zones=Coalesce(Subquery(of_today.values("n")), 0))


@pghistory.track()
class Zoning(models.Model):
    """A division of the country that managers load: priority districts, parks, académies…"""

    slug = models.SlugField(_("identifiant"), max_length=20, unique=True)
    name = models.CharField(_("nom"), max_length=100)
    source = models.CharField(_("source"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    # A priority district lies inside its communes; a park or an académie is made of them.
    inside_communes = models.BooleanField(_("zones plus petites que les communes"), default=False)

    objects = ZoningQuerySet.as_manager()

    class Meta:
        verbose_name = _("zonage")
        verbose_name_plural = _("zonages")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=list(KINDS)),
                name="zoning_slug_not_official",
                violation_error_message=_(
                    "Cet identifiant est celui d’une nature officielle de territoire :"
                    " choisissez-en un autre."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def current(self) -> TerritoryQuerySet:
        """Those that exist today."""
        return self.filter(gone_on__isnull=True)

    def offered(self) -> TerritoryQuerySet:
        """Those a person may choose: of today, and each overseas collectivity once.

        A collectivity is a region and a department of the same code and name; the department
        is offered, because communes and cards are told by department.
        """
        return self.current().exclude(kind="region", nature="com")

    def by_code(self, address: str) -> TerritoryQuerySet:
        """``commune:38185`` → the rows with that kind and code (none or one)."""
        if "\x00" in address:  # the database holds none
            return self.none()
        kind, _sep, code = address.partition(":")
        return self.filter(kind=kind, code=code)

    def containing(self, territory: Territory) -> TerritoryQuerySet:
        """What contains it, itself excepted."""
        return self.filter(down__descendant=territory).exclude(pk=territory.pk)

    def within(self, territory: Territory) -> TerritoryQuerySet:
        """What it contains, itself excepted."""
        return self.filter(up__ancestor=territory).exclude(pk=territory.pk)

    def overlapping(self, territory: Territory) -> TerritoryQuerySet:
        """What shares communes with it while neither contains the other."""
        return self.filter(overlaps__other=territory)

    def touching(self, territory: Territory) -> TerritoryQuerySet:
        """Itself, what it contains, what contains it, and what overlaps it.

        What runs in any of these concerns it: an intercommunality across two departments
        concerns both; a commune of the other department does not.
        """
        return self.filter(pk__in=self.keys_touching(territory))

    def keys_touching(self, territory: Territory) -> models.QuerySet[Any]:
        """The keys of these, for a subquery that need not read the territories themselves."""
        down = Containment.objects.filter(ancestor=territory).values("descendant_id")
        up = Containment.objects.filter(descendant=territory).values("ancestor_id")
        across = Overlap.objects.filter(other=territory).values("one_id")
        return down.union(up, across)

    def keys_reaching(self, places: Any) -> models.QuerySet[Any]:
        """The keys of what lies in one of these places or reaches into it, for a subquery: what
        they contain, what crosses their bounds (an intercommunality across two departments), and
        the groups and zones that hold them. Not the larger places of the official map: what is
        said of a region is said of none of its departments. ``places``: keys, or a query of them.
        """
        down = Containment.objects.filter(ancestor__in=places).values("descendant_id")
        across = Overlap.objects.filter(other__in=places).values("one_id")
        above = Containment.objects.filter(descendant__in=places)
        made = above.exclude(ancestor__kind__in=OFFICIAL).values("ancestor_id")
        return down.union(across, made)

    def counts_by_kind(self) -> dict[str, int]:
        """How many of each kind, kinds without any left out; one query."""
        return dict(self.order_by().values_list("kind").annotate(Count("pk")))

    def regions_with_departments(self) -> list[tuple[Territory, list[Territory]]]:
        """Regions of today, each with its departments; two queries.

        Overseas collectivities, region and department in one, come as regions without any.
        """
        departments: dict[int, list[Territory]] = defaultdict(list)
        rows = self.offered().filter(kind="department", up__ancestor__kind="region").for_list()
        for department in rows.annotate(region_id=F("up__ancestor_id")):
            departments[department.region_id].append(department)
        regions = self.offered().filter(kind="region").for_list()
        collectivities = [d for of in departments.values() for d in of if d.nature == "com"]
        return [
            *((region, departments[region.pk]) for region in regions),
            *((each, []) for each in sorted(collectivities, key=lambda t: t.sort_name)),
        ]

    def for_list(self) -> TerritoryQuerySet:
        return self.only(
            *("kind", "code", "name", "label", "sort_name", "nature", "population", "gone_on"),
            "search_text",
        )

    def for_detail(self) -> TerritoryQuerySet:
        return self.select_related("successor")


class Territory(models.Model):
    """One place. ``kind`` and ``code`` address it everywhere (URLs, imports, exports)."""

    kind = models.CharField(_("nature"), max_length=20)
    code = models.CharField(_("code officiel"), max_length=30)
    name = models.CharField(_("nom"), max_length=150)
    # Unique among what is offered: « Saint-Denis (93) », « Isère (38) », « Bretagne ».
    label = models.CharField(_("libellé"), max_length=180)
    sort_name = models.CharField(_("nom pour le tri"), max_length=150)
    # A key of NATURES, or nothing.
    nature = models.CharField(_("nature juridique"), max_length=10, blank=True)
    former_names = ArrayField(
        models.CharField(max_length=150), verbose_name=_("anciens noms"), default=list, blank=True
    )
    former_codes = ArrayField(
        models.CharField(max_length=30), verbose_name=_("anciens codes"), default=list, blank=True
    )
    # Folded « | name | former names | codes and postal codes | », for lookup.
    search_text = models.TextField(_("texte cherché"), blank=True)
    postal_codes = ArrayField(
        models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list, blank=True
    )
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    # Of a zone only: the communes its file gives, from which containment is computed.
    zone_communes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    gone_on = models.DateField(_("n’existe plus depuis"), null=True, blank=True)
    # Always one that exists: chains are shortened when they are loaded.
    successor = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("successeur"),
        related_name="predecessors",
        null=True,
        blank=True,
    )

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["sort_name", "kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="territory_kind_code_once"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(gone_on__isnull=False),
                name="territory_successor_only_if_gone",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["search_text"], name="territory_search_trgm", opclasses=["gin_trgm_ops"]
            ),
            GinIndex(fields=["former_codes"], name="territory_former_codes"),
            GinIndex(fields=["postal_codes"], name="territory_postal_codes"),
            # Pattern operators, so that it serves « begins with » whatever the collation.
            models.Index(
                OpClass(F("sort_name"), name="varchar_pattern_ops"), name="territory_sort_name"
            ),
            models.Index(F("population").desc(nulls_last=True), name="territory_population"),
            # What has changed in a kind is asked at each comparison, from the index alone.
            models.Index(
                fields=["kind"],
                include=["id", "population"],
                name="territory_today_by_kind",
                condition=Q(gone_on__isnull=True),
            ),
            models.Index(fields=["siren"], name="territory_siren", condition=~Q(siren="")),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("territories:detail", args=[self.kind, self.code])

    @property
    def address(self) -> str:
        return f"{self.kind}:{self.code}"


class ContainmentQuerySet(models.QuerySet["Containment"]):
    def of(self, places: Collection[int]) -> ContainmentQuerySet:
        """What contains these places (primary keys), sent as one array: to write and read
        thousands of parameters takes longer than to look them up."""
        return self.filter(descendant__in=RawSQL("SELECT unnest(%s::bigint[])", [list(places)]))


class Containment(models.Model):
    """Closure table: every pair (what contains, what is contained), a place with itself too.

    Two columns and no identifier of its own: 180,000 pairs are read both ways, never alone.
    Without foreign keys in the database, which would double the time of a first load: the
    table is derived, written only by ``actions.closure``, and territories are never deleted.
    """

    pk = models.CompositePrimaryKey("descendant_id", "ancestor_id")
    ancestor = models.ForeignKey(
        Territory, models.CASCADE, related_name="down", db_index=False, db_constraint=False
    )
    descendant = models.ForeignKey(
        Territory, models.CASCADE, related_name="up", db_index=False, db_constraint=False
    )

    objects = ContainmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inclusion")
        verbose_name_plural = _("inclusions")
        indexes = [models.Index(fields=["ancestor", "descendant"], name="containment_down")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} ⊃ {self.descendant_id}"


class Overlap(models.Model):
    """Two places that share communes while neither contains the other; kept in both orders."""

    pk = models.CompositePrimaryKey("one_id", "other_id")
    one = models.ForeignKey(Territory, models.CASCADE, related_name="overlaps", db_index=False)
    other = models.ForeignKey(Territory, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("recoupement")
        verbose_name_plural = _("recoupements")
        constraints = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="overlap_between_two")
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ∩ {self.other_id}"


class Composition(models.Model):
    """Of a territory of kind ``group``, the territories it is made of, as they were confirmed.

    What it contains and overlaps is computed from them (``actions.closure``); who invited and
    accepted whom is kept by the floor that owns groups.
    """

    pk = models.CompositePrimaryKey("group_id", "member_id")
    group = models.ForeignKey(Territory, models.CASCADE, related_name="composition", db_index=False)
    member = models.ForeignKey(Territory, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("composition de groupe")
        verbose_name_plural = _("compositions de groupes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(group=F("member")), name="composition_group_not_in_itself"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group_id} ∋ {self.member_id}"


class LoadedFile(models.Model):
    """What was last loaded from a reference file, so that loading it again costs nothing."""

    name = models.CharField(max_length=50, primary_key=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("fichier de référence chargé")
        verbose_name_plural = _("fichiers de référence chargés")

    def __str__(self) -> str:
        return self.name


class ZoningDraft(models.Model):
    """A zoning file that a manager has sent and not yet confirmed."""

    slug = models.SlugField(_("identifiant"), max_length=20)
    name = models.CharField(_("nom"), max_length=100)
    source = models.CharField(_("source"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    inside_communes = models.BooleanField(default=False)
    complete = models.BooleanField(default=False)
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("zonage à confirmer")
        verbose_name_plural = _("zonages à confirmer")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
