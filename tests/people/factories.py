"""People and organisations, valid by default."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from essaim.people.actions.tokens import hash_token
from essaim.people.models import (
    EmailDomain,
    Invitation,
    Membership,
    MembershipRequest,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    User,
)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    name = factory.Sequence(lambda n: f"Personne {n}")
    password = factory.django.Password("une phrase de passe longue")

    class Params:
        manager = factory.Trait(is_manager=True)
        administrator = factory.Trait(is_superuser=True, is_staff=True)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Association {n}")
    slug = factory.Sequence(lambda n: f"association-{n}")
    kind = OrganisationKind.ASSOCIATION


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Membership.Role.MEMBER


def confirmed(user: User, email: str = "") -> User:
    """The same person, with a confirmed address (their own unless given)."""
    EmailAddress.objects.get_or_create(
        user=user, email=(email or user.email).lower(), defaults={"verified": True}
    )
    return user


class InvitationFactory(factory.django.DjangoModelFactory):
    """``.token`` is what the link would hold."""

    class Meta:
        model = Invitation
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invitee{n}@exemple.fr")
    role = Membership.Role.MEMBER
    token_hash = factory.Sequence(lambda n: hash_token(f"jeton-{n}"))
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14))

    @factory.post_generation
    def token(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.token = secrets.token_urlsafe(8)
        self.token_hash = hash_token(self.token)
        Invitation.objects.filter(pk=self.pk).update(token_hash=self.token_hash)

    class Params:
        expired = factory.Trait(
            expires_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(minutes=1))
        )


class MembershipRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MembershipRequest

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    message = "Je suis chargée de mission."


class EmailDomainFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EmailDomain

    organisation = factory.SubFactory(OrganisationFactory)
    domain = factory.Sequence(lambda n: f"association-{n}.fr")

    class Params:
        verified = factory.Trait(verified_at=factory.LazyFunction(timezone.now))


class NetworkMembershipFactory(factory.django.DjangoModelFactory):
    """Proposed by the network, unless ``agreed``."""

    class Meta:
        model = NetworkMembership

    network = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.NETWORK)
    organisation = factory.SubFactory(OrganisationFactory)
    proposed_by_network = True

    class Params:
        agreed = factory.Trait(since=factory.LazyFunction(timezone.localdate))
