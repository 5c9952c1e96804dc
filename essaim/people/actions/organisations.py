"""What changes organisations, and who belongs to them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.people.models import Membership, Organisation, OrganisationKind, User
from essaim.people.siren import clean_siren
from essaim.territories.models import Territory


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str = "",
    siren: str = "",
    territory: Territory | None = None,
    by: User | None = None,
) -> Organisation:
    """A new organisation; who creates it represents it (nobody, when an import does).

    Raises DomainError where the SIREN is wrong or taken, or, without SIREN, the name is.
    """
    name = " ".join(name.split())
    siren = _checked_siren(siren)
    if not name:
        raise DomainError(_("Donnez le nom de l’organisation."), field="name")
    _one_at_a_time()
    if siren and (known := Organisation.objects.filter(siren=siren).first()):
        raise DomainError(
            _("« %(name)s » porte déjà ce SIREN.") % {"name": known.name}, field="siren"
        )
    if not siren and Organisation.objects.filter(siren="", name__iexact=name, kind=kind).exists():
        raise DomainError(
            _("Une organisation de cette nature porte déjà ce nom : précisez le SIREN ou le nom."),
            field="name",
        )
    organisation = Organisation.objects.create(
        name=name, slug=_free_slug(name), kind=kind, siren=siren, territory=territory
    )
    if by is not None:
        Membership.objects.create(
            user=by, organisation=organisation, role=Membership.Role.REPRESENTATIVE
        )
    return organisation


@transaction.atomic
def find_or_create_organisation(
    *, name: str, kind: str = "", siren: str = "", territory: Territory | None = None
) -> tuple[Organisation, bool]:
    """The organisation an import names, and whether it is new.

    Its SIREN decides; without one, its name (case put aside) and its nature. Raises DomainError
    where the SIREN or the nature is unknown.
    """
    name = " ".join(name.split())
    siren = _checked_siren(siren)
    if kind and kind not in OrganisationKind.values:
        raise DomainError(
            _("« %(kind)s » n’est pas une nature d’organisation.") % {"kind": kind}, field="kind"
        )
    same = (
        Organisation.objects.filter(siren=siren)
        if siren
        else Organisation.objects.filter(siren="", name__iexact=name, kind=kind)
    )
    if found := same.first():
        return found, False
    _one_at_a_time()
    if found := same.first():
        return found, False
    return create_organisation(name=name, kind=kind, siren=siren, territory=territory), True


@transaction.atomic
def change_organisation(
    organisation: Organisation, *, name: str, kind: str, siren: str, territory: Territory | None
) -> None:
    """Its address (slug) stays, whatever its new name: links to it hold."""
    name = " ".join(name.split())
    siren = _checked_siren(siren)
    _one_at_a_time()
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = Organisation.objects.exclude(pk=locked.pk)
    if siren and others.filter(siren=siren).exists():
        raise DomainError(_("Une organisation porte déjà ce SIREN."), field="siren")
    if not siren and others.filter(siren="", name__iexact=name, kind=kind).exists():
        raise DomainError(_("Une organisation de cette nature porte déjà ce nom."), field="name")
    locked.name, locked.kind, locked.siren, locked.territory = name, kind, siren, territory
    locked.save(update_fields=["name", "kind", "siren", "territory"])


@transaction.atomic
def add_member(
    organisation: Organisation, user: User, *, role: str = Membership.Role.MEMBER
) -> Membership:
    """Idempotent; a known member takes the role given."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    membership, _created = Membership.objects.update_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    return membership


def _checked_siren(siren: str) -> str:
    try:
        return clean_siren(siren) if siren.strip() else ""
    except ValidationError as error:
        raise DomainError(error.messages[0], field="siren") from error


def _one_at_a_time() -> None:
    """Two people may create the same organisation at once: the second waits, then is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.organisation'))")


def _free_slug(name: str) -> str:
    base = slugify(fold(name))[:70].strip("-") or "organisation"
    # Words of the addresses below /organisations/.
    taken = {"nouvelle"} | set(
        Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
