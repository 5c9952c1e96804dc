"""Needs: a local problem, in the words of those who meet it."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from essaim.common.personal_data import hide_contacts
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

TEXT_LENGTH = 5000
SEARCH_LENGTH = 2000
# The bank's address: its view is on a floor above, which this one does not know by name.
BANK = "/initiatives"
# A search reads the start of a long text; addresses stay short enough to be shared.
SEARCHED_WORDS = 60
# Words that a list may be filtered by.
MOST_WORDS = 10


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: Any) -> NeedQuerySet:
        """Exactly what each author chose, programme managers included: public needs for all,
        members' needs for signed-in people, an organisation's for its members, and one's own.
        Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.filter(visibility=Need.Visibility.PUBLIC)
        return self.filter(
            Q(visibility__in=[Need.Visibility.PUBLIC, Need.Visibility.MEMBERS])
            | Q(author=user)
            | Q(
                visibility=Need.Visibility.ORGANISATION,
                organisation__in=user.memberships.values("organisation"),
            )
        )

    def concerning(self, territory: Territory) -> NeedQuerySet:
        """Those of the territory and of the places it contains."""
        inside = Containment.objects.filter(ancestor=territory).values("descendant")
        return self.filter(territory__in=inside)

    def containing(self, text: str) -> NeedQuerySet:
        """Those whose text holds every word, accents and case apart."""
        needs = self
        for word in text.split()[:MOST_WORDS]:
            needs = needs.filter(text__unaccent__icontains=word)
        return needs

    def unmet(self) -> NeedQuerySet:
        """Those whose search found no initiative (§ 8)."""
        return self.filter(found=0)

    def for_list(self) -> NeedQuerySet:
        """What a line of the list shows, in one query."""
        return self.select_related("territory", "organisation", "theme", "author")

    def for_detail(self) -> NeedQuerySet:
        return self.select_related("territory", "organisation", "theme", "author")


# History keeps identifiers and choices, never what the person wrote: it must stay erasable.
@pghistory.track(exclude=["text", "search"])
class Need(models.Model):
    class Visibility(models.TextChoices):
        PRIVATE = "private", _("moi")
        ORGANISATION = "organisation", _("mon organisation")
        MEMBERS = "members", _("les membres de la plateforme")
        PUBLIC = "public", _("tout le monde")

    text = models.TextField(_("besoin"), max_length=TEXT_LENGTH)
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), null=True, blank=True
    )
    theme = models.ForeignKey(
        Theme, models.SET_NULL, verbose_name=_("thème"), null=True, blank=True
    )
    # Protected: without it, nobody would know any more who may read an organisation's need.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), null=True, blank=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="needs")
    visibility = models.CharField(
        _("visible par"), max_length=12, choices=Visibility, default=Visibility.MEMBERS
    )
    # Filters of the search it came from, beyond text, territory and theme (a query string).
    search = models.CharField(max_length=SEARCH_LENGTH, blank=True)
    # How many cards the search had found: zero is an unmet need.
    found = models.PositiveIntegerField(_("initiatives trouvées"), null=True, blank=True)
    # Drawn with the form: the same form sent twice states one need.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)
    # Grows with each change: a form opened on an older one is told, and overwrites nothing.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("besoin")
        verbose_name_plural = _("besoins")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="need_submitted_once"),
            models.CheckConstraint(condition=~Q(text=""), name="need_says_something"),
            models.CheckConstraint(
                condition=Q(visibility__in=["private", "organisation", "members", "public"]),
                name="need_visibility_known",
            ),
            models.CheckConstraint(
                condition=~Q(visibility="organisation") | Q(organisation__isnull=False),
                name="need_visible_to_its_organisation",
                violation_error_message=_("Choisissez l’organisation qui pourra lire ce besoin."),
            ),
        ]
        indexes = [
            models.Index(fields=["visibility", "-created_at", "-id"], name="need_recent"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("needs:detail", args=[self.pk])

    @property
    def is_unmet(self) -> bool:
        return self.found == 0

    def search_url(self) -> str:
        """Run the search again: the need's own words and place, with the filters it came with."""
        query = QueryDict(mutable=True)
        # The link is read wherever the need is: addresses and numbers stay out of it.
        query["q"] = Truncator(hide_contacts(self.text, "")).words(SEARCHED_WORDS, truncate="")
        if self.territory:
            query["territory"] = self.territory.address
        if self.theme:
            query["theme"] = self.theme.slug
        query.update(QueryDict(self.search))
        return f"{BANK}?{query.urlencode()}"
