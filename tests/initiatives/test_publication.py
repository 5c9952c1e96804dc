"""From draft to the public and back, and out of the bank for good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.following.actions.mailing import mail_what_waits
from essaim.following.actions.reading import mark_all_read
from essaim.initiatives import models
from essaim.initiatives.actions.publication import (
    archive_card,
    delete_card,
    publish_card,
    restore_card,
    send_back,
    submit_card,
)
from essaim.initiatives.models import Initiative, PhaseChange
from essaim.initiatives.signals import card_removed
from tests.following.factories import told_at_once
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_from_draft_to_the_public_and_back():
    author, manager = UserFactory(), UserFactory(manager=True)
    card = InitiativeFactory(rich=True, author=author)
    card = submit_card(card, by=author)
    assert card.publication == "submitted" and card.submitted_at
    card = send_back(card, "Précisez les coûts.", by=manager)
    assert (card.publication, card.return_reason) == ("returned", "Précisez les coûts.")
    card = submit_card(card, by=author)
    card = publish_card(card, by=manager)
    assert card.publication == "published" and card.published_at and not card.return_reason
    card.refresh_from_db()
    assert card.phase == "validate"
    card = archive_card(card, by=author)
    card.refresh_from_db()
    assert (card.publication, card.phase) == ("archived", "none")
    card = restore_card(card, by=manager)
    assert card.publication == "published"


def test_a_draft_archived_comes_back_as_a_draft():
    card = InitiativeFactory(author=UserFactory())
    archive_card(card, by=card.author)
    assert restore_card(card, by=UserFactory(manager=True)).publication == "draft"


def test_submitting_says_what_is_missing():
    card = InitiativeFactory(author=UserFactory(), need="Un besoin.")
    with pytest.raises(DomainError) as refused:
        submit_card(card, by=card.author)
    assert "ce qui n’a pas marché" in str(refused.value.message)
    assert "le besoin" not in str(refused.value.message)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("submitted", submit_card),
        ("published", submit_card),
        ("published", publish_card),
        ("archived", archive_card),
        ("published", restore_card),
    ],
)
def test_acting_twice_or_too_late_is_refused_with_the_state(state, action):
    card = InitiativeFactory(rich=True, **{state: True})
    with pytest.raises(DomainError, match=card.get_publication_display()):
        action(card, by=card.author)


def test_only_a_submitted_card_is_sent_back_and_with_a_reason():
    manager = UserFactory(manager=True)
    with pytest.raises(DomainError):
        send_back(InitiativeFactory(), "Pourquoi.", by=manager)
    with pytest.raises(DomainError) as refused:
        send_back(InitiativeFactory(submitted=True), "  ", by=manager)
    assert refused.value.field == "reason"


def test_the_author_is_written_to_unless_they_read_it_first():
    author = told_at_once(UserFactory(email="claire@exemple.fr"))
    later = timezone.now() + dt.timedelta(minutes=2)
    card = InitiativeFactory(submitted=True, author=author, title="Repas\nBcc: x@exemple.fr")
    send_back(card, "Précisez les coûts.", by=UserFactory(manager=True))
    assert mail_what_waits() == 0  # a minute to read it on the site
    assert mail_what_waits(later) == 1
    (message,) = mail.outbox
    assert message.to == ["claire@exemple.fr"] and "\n" not in message.subject
    assert "Précisez les coûts." in message.body
    # Read in time, or nobody to write to: nothing leaves, nothing breaks.
    send_back(
        InitiativeFactory(submitted=True, author=author), "Oui.", by=UserFactory(manager=True)
    )
    mark_all_read(author)
    send_back(InitiativeFactory(submitted=True), "Oui.", by=UserFactory(manager=True))
    assert mail_what_waits(later) == 0


def test_deleting_tells_the_others_first_and_keeps_the_history():
    heard = []

    def listen(sender, initiatives, **kwargs):
        heard.extend((pk, Initiative.objects.filter(pk=pk).exists()) for pk in initiatives)

    card_removed.connect(listen)
    card = InitiativeFactory(published=True, rich=True)
    pk = card.pk
    delete_card(card, by=UserFactory(administrator=True))
    card_removed.disconnect(listen)
    assert heard == [(pk, True)]
    assert not Initiative.objects.filter(pk=pk).exists()
    history = models.InitiativeEvent.objects.filter(pgh_obj=pk).order_by("pgh_id")
    assert list(history.values_list("pgh_label", flat=True))[-1] == "delete"
    assert PhaseChange.objects.filter(initiative=pk).exists()
