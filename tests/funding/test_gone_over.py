"""What the purpose asks and other tests pass by: the warning on public procurement, another mode
than the supple one through a confirmation, what leaves with a person."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from essaim.funding.actions import keeping, options, reports
from essaim.funding.models import Comment, LedgerLine, Note
from tests.dates import today
from tests.dossiers.helpers import signed_in
from tests.funding.factories import activating, organisation_of, reviewing, sites, with_options
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prescribed", [True, False])
def test_the_warning_on_procurement_is_where_one_signs(prescribed: bool) -> None:
    story = with_options(initiated_by="funder", prescribed=prescribed)
    client, slug = signed_in(story.lead), story.pool.slug
    for name, arguments in (
        ("pledge", [slug]), ("option", [slug, story.pilot.pk]), ("confirm", [slug, story.pilot.pk]),
    ):  # fmt: skip
        page = client.get(reverse(f"funding:{name}", args=arguments)).content.decode()
        assert ("ce peut être un marché public" in page) == prescribed, name


def test_a_franchise_goes_through_a_confirmation() -> None:
    story = activating()
    option, person = story.others[0], story.funders[0]
    adopts = MembershipFactory(role="representative")
    options.name_adopter(option, adopter=adopts.organisation, by=person)
    address = reverse("funding:confirm", args=[story.pool.slug, option.pk])
    signed_in(person).post(
        address, {"amount_cents": "40 000", "mode": "franchise", "charter": "on", "sure": "on"}
    )
    site = sites().get()
    assert (site.mode, site.state) == ("franchise", "interested")
    form = reverse("replications:agree", args=[site.pk, "adopter"])
    client = signed_in(adopts.user)
    client.post(form, {"contract_reference": "C-1", "contract_on": today().isoformat()})
    assert sites().get().state == "interested", "the brand is missing"
    client.post(
        form,
        {
            "contract_reference": "C-1", "contract_on": today().isoformat(),
            "brand_terms": "Nom et logo, sur le site seulement.",
        },
    )  # fmt: skip
    assert sites().get().state == "committed"


def test_a_person_who_leaves_takes_their_words_not_the_accounts() -> None:
    story = reviewing()
    person = story.funders[0]
    reports.comment(
        story.pool.reports.get(), by=person, submission=uuid.uuid4(), text="Combien d’heures ?"
    )
    reports.write_note(
        story.pool, by=person, organisation=organisation_of(person), submission=uuid.uuid4(),
        text="À suivre.",
    )  # fmt: skip
    lines = LedgerLine.objects.filter(by=person).count()
    keeping.forget_person(person)
    assert lines and LedgerLine.objects.filter(by=person).count() == lines
    assert not Comment.objects.exists()
    assert Note.objects.get().by is None, "the organisation's, under nobody's name"
