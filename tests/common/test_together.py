"""Many tables asked in one query say what each would have said alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.functional import SimpleLazyObject

from essaim.common.together import how_many, some
from essaim.people.models import Membership, Organisation, User
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_each_answers_for_itself(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    MembershipFactory(user=user)
    MembershipFactory()
    OrganisationFactory(name="Seule")
    questions = [
        Membership.objects.filter(user=user).select_related("organisation"),
        Membership.objects.order_by("-pk"),
        Organisation.objects.filter(memberships__isnull=False).distinct(),
        Organisation.objects.filter(name="Absente"),
        Organisation.objects.none(),
        Organisation.objects.filter(pk__in=[]),
    ]
    alone = [each.count() for each in questions]
    with django_assert_num_queries(1):
        assert how_many(questions, beside=user) == alone == [1, 2, 2, 0, 0, 0]
    with django_assert_num_queries(1):
        assert some(questions, beside=user) == [bool(each) for each in alone]
    cut = Membership.objects.order_by("pk")[:1]
    assert some([cut, cut.none()], beside=SimpleLazyObject(lambda: user)) == [True, False]


def test_nothing_asked_or_nobody_to_ask_beside(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    with django_assert_num_queries(0):
        assert some([], beside=user) == [] == how_many([], beside=None)
    gone = User(pk=user.pk + 1)
    assert some([User.objects.all()], beside=gone) == [False]
    assert how_many([User.objects.all()], beside=gone) == [0]
