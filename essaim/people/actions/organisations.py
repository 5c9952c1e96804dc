"""What changes organisations, and who belongs to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.people.models import (
    FormerOrganisation,
    Membership,
    MembershipRequest,
    Organisation,
    OrganisationKind,
    User,
)
from essaim.people.siren import clean_siren, clean_siret
from essaim.territories.models import Territory


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str = "",
    siren: str = "",
    siret: str = "",
    territory: Territory | None = None,
    by: User | None = None,
    named_by: User | None = None,
) -> Organisation:
    """A new organisation; who creates it represents it (nobody, when an import does, or who only
    names it: ``named_by``).

    A SIRET makes it one establishment, and gives its SIREN. Raises DomainError where a number is
    wrong or taken, or, without number, the name is; or where this person created too many today.
    """
    name = " ".join(name.split())
    siren, siret = _checked_numbers(siren, siret)
    if not name:
        raise DomainError(_("Donnez le nom de l’organisation."), field="name")
    one_at_a_time()
    if siren and (known := Organisation.objects.filter(siren=siren, siret=siret).first()):
        text = (
            _("« %(name)s » porte déjà ce SIRET.")
            if siret
            else _("« %(name)s » porte déjà ce SIREN.")
        )
        raise DomainError(text % {"name": known.name}, field="siret" if siret else "siren")
    if not siren and Organisation.objects.filter(siren="", name__iexact=name, kind=kind).exists():
        raise DomainError(
            _("Une organisation de cette nature porte déjà ce nom : précisez le SIREN ou le nom."),
            field="name",
        )
    creator = by or named_by
    if creator is not None:
        _check_rate(creator)
    organisation = Organisation.objects.create(
        name=name,
        slug=_free_slug(name),
        kind=kind,
        siren=siren,
        siret=siret,
        territory=territory,
        created_by=creator,
    )
    if by is not None:
        add_member(organisation, by, role=Membership.Role.REPRESENTATIVE)
    return organisation


@transaction.atomic
def find_or_create_organisation(
    *,
    name: str,
    kind: str = "",
    siren: str = "",
    siret: str = "",
    territory: Territory | None = None,
    named_by: User | None = None,
) -> tuple[Organisation, bool]:
    """The organisation that an import or an identity provider names, and whether it is new.

    Its SIRET decides, else its SIREN (the whole before one of its establishments); without a
    number, its name (case put aside) and its nature. Raises DomainError where a number or the
    nature is unknown.
    """
    name = " ".join(name.split())
    siren, siret = _checked_numbers(siren, siret)
    if kind and kind not in OrganisationKind.values:
        raise DomainError(
            _("« %(kind)s » n’est pas une nature d’organisation.") % {"kind": kind}, field="kind"
        )
    if siret:
        same = Organisation.objects.filter(siret=siret)
    elif siren:
        same = Organisation.objects.filter(siren=siren).order_by("siret")
    else:
        same = Organisation.objects.filter(siren="", name__iexact=name, kind=kind)
    if found := same.first():
        return found, False
    one_at_a_time()
    if found := same.first():
        return found, False
    created = create_organisation(
        name=name, kind=kind, siren=siren, siret=siret, territory=territory, named_by=named_by
    )
    return created, True


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    kind: str,
    siren: str,
    siret: str = "",
    territory: Territory | None,
) -> None:
    """Its address (slug) stays, whatever its new name: links to it hold."""
    name = " ".join(name.split())
    siren, siret = _checked_numbers(siren, siret)
    one_at_a_time()
    # Its row is held: nobody becomes its member (as a network) meanwhile.
    locked = lock(organisation)
    others = Organisation.objects.exclude(pk=locked.pk)
    if siret and others.filter(siret=siret).exists():
        raise DomainError(_("Une organisation porte déjà ce SIRET."), field="siret")
    if siren and not siret and others.filter(siren=siren, siret="").exists():
        raise DomainError(_("Une organisation porte déjà ce SIREN."), field="siren")
    if not siren and others.filter(siren="", name__iexact=name, kind=kind).exists():
        raise DomainError(_("Une organisation de cette nature porte déjà ce nom."), field="name")
    ends_network = locked.is_network and kind != OrganisationKind.NETWORK
    if ends_network and locked.member_organisations.filter(until__isnull=True).exists():
        raise DomainError(
            _("Ce réseau a des organisations membres : retirez-les avant de changer sa nature."),
            field="kind",
        )
    locked.name, locked.kind, locked.territory = name, kind, territory
    locked.siren, locked.siret = siren, siret
    locked.save(update_fields=["name", "kind", "siren", "siret", "territory"])


def lock(organisation: Organisation) -> Organisation:
    """Its row, held until the end of the transaction: every change of its members holds it, so
    that two at once follow each other. Raises DomainError where it is gone."""
    try:
        # Without its key: cards and needs that name the organisation are written meanwhile.
        return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    except Organisation.DoesNotExist:
        raise DomainError(_("Cette organisation n’existe plus.")) from None


@transaction.atomic
def add_member(
    organisation: Organisation,
    user: User,
    *,
    role: str = Membership.Role.MEMBER,
    functions: Iterable[str] = (),
) -> Membership:
    """Idempotent; someone known gains the role and functions given, and loses none.

    Their first organisation becomes their current one; a request of theirs is thereby answered.
    """
    organisation = lock(organisation)
    membership, created = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role, "functions": [*functions]}
    )
    if not created:
        if role == Membership.Role.REPRESENTATIVE:
            membership.role = role
        membership.functions = sorted({*membership.functions, *functions})
        membership.save(update_fields=["role", "functions"])
    User.objects.filter(pk=user.pk, current_organisation=None).update(
        current_organisation=organisation
    )
    MembershipRequest.objects.pending().filter(organisation=organisation, user=user).update(
        decision=MembershipRequest.Decision.ACCEPTED, decided_at=timezone.now()
    )
    return membership


def _checked_numbers(siren: str, siret: str) -> tuple[str, str]:
    """SIREN and SIRET without spaces; a SIRET gives its SIREN."""
    try:
        siren = clean_siren(siren) if siren.strip() else ""
    except ValidationError as error:
        raise DomainError(error.messages[0], field="siren") from error
    try:
        siret = clean_siret(siret) if siret.strip() else ""
    except ValidationError as error:
        raise DomainError(error.messages[0], field="siret") from error
    if siren and siret and not siret.startswith(siren):
        raise DomainError(_("Les neuf premiers chiffres du SIRET sont le SIREN."), field="siret")
    return siren or siret[:9], siret


def _check_rate(creator: User) -> None:
    if creator.is_manager or creator.is_superuser:
        return
    limit = settings.ORGANISATIONS["creations_a_day"]
    since = timezone.now() - dt.timedelta(days=1)
    if Organisation.objects.filter(created_by=creator, created_at__gt=since).count() >= limit:
        raise DomainError(
            _(
                "Vous avez créé %(n)s organisations en vingt-quatre heures : attendez demain, ou"
                " demandez aux animateurs s’il vous en faut d’autres."
            )
            % {"n": limit}
        )


def one_at_a_time() -> None:
    """Two people may create the same organisation at once: the second waits, then is told.

    Always before the locks of rows (organisations, cards): whoever merges, names or changes a
    holder takes them in this order, and nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.organisation'))")


def _free_slug(name: str) -> str:
    base = slugify(fold(name))[:70].strip("-") or "organisation"
    # Words of the addresses below /organisations/.
    taken = {"nouvelle", "export"}
    for model in (Organisation, FormerOrganisation):  # an address that led somewhere still does
        known = model._default_manager.filter(slug__startswith=base)
        taken |= set(known.values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
