"""Needs: a local problem, in the words of those who meet it."""

from __future__ import annotations

import uuid
from typing import Any, cast

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.common.personal_data import mask_personal_data
from essaim.groups.models import Group
from essaim.needs.signals import needs_without_answer
from essaim.people.models import Organisation
from essaim.territories.models import Containment, Territory
from essaim.themes.models import Theme

TEXT_LENGTH = 5000
SEARCH_LENGTH = 2000
FOR_WHOM_LENGTH, UNIT_LENGTH, TRIED_LENGTH, ANSWER_LENGTH = 300, 60, 3000, 2000
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
        A withdrawn need is visible to nobody. Agrees with ``rules.can_view``."""
        return self.exclude(state=Need.State.WITHDRAWN)._shown_to(user)

    def withdrawn_from(self, user: Any) -> NeedQuerySet:
        """Those withdrawn that this person could read before: to be told so, rather than that
        the address is wrong."""
        return self.filter(state=Need.State.WITHDRAWN)._shown_to(user)

    def spoken_for(self, user: Any) -> NeedQuerySet:
        """One's own, and those of one's organisations that their members may read. Agrees with
        ``rules.speaks_for``."""
        return self.exclude(state=Need.State.WITHDRAWN).filter(
            Q(author=user)
            | Q(organisation__in=user.memberships.values("organisation"))
            & ~Q(visibility=Need.Visibility.PRIVATE)
        )

    def open(self) -> NeedQuerySet:
        return self.filter(state=Need.State.OPEN)

    def shared(self) -> NeedQuerySet:
        """Open, and read by every member: the only needs that rooms count, export or compare."""
        return self.open().filter(visibility__in=SHARED)

    def _shown_to(self, user: Any) -> NeedQuerySet:
        if not user.is_authenticated:
            return self.filter(visibility=Need.Visibility.PUBLIC)
        return self.filter(
            Q(visibility__in=SHARED)
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
        """Those whose text holds every word, accents and case apart: the text as others read it,
        or a search would spell out, figure by figure, a number that is masked."""
        needs = self
        for word in text.split()[:MOST_WORDS]:
            needs = needs.filter(
                Q(others_read="", text__unaccent__icontains=word)
                | Q(others_read__unaccent__icontains=word)
            )
        return needs

    def unmet(self) -> NeedQuerySet:
        """Those without a good answer today (§ 8), by the one rule of the floor that answers
        needs (docs/matching.md); where nobody does, whose search had found nothing."""
        for _receiver, narrowed in needs_without_answer.send(sender=Need, among=self):
            return cast("NeedQuerySet", narrowed)
        return self.filter(found=0)

    def for_list(self) -> NeedQuerySet:
        """What a line of the list shows, in one query."""
        return self.select_related("territory", "organisation", "theme", "author")

    def for_detail(self) -> NeedQuerySet:
        return self.select_related("territory", "organisation", "theme", "author", "group")


# History keeps identifiers and choices, never what the person wrote: it must stay erasable.
@pghistory.track(
    exclude=["text", "others_read", "search", "for_whom", "count_unit", "tried", "answer"]
)
class Need(FSMModelMixin, models.Model):
    class Visibility(models.TextChoices):
        PRIVATE = "private", _("moi")
        ORGANISATION = "organisation", _("mon organisation")
        MEMBERS = "members", _("les membres de la plateforme")
        PUBLIC = "public", _("tout le monde")

    class State(models.TextChoices):
        OPEN = "open", _("ouvert")
        ANSWERED = "answered", _("résolu")
        WITHDRAWN = "withdrawn", _("retiré")

    text = models.TextField(_("besoin"), max_length=TEXT_LENGTH)
    # The text without its personal data, where it holds some: what a search may look into.
    others_read = models.TextField(max_length=TEXT_LENGTH, blank=True, editable=False)
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
    for_whom = models.CharField(_("pour qui"), max_length=FOR_WHOM_LENGTH, blank=True)
    # How many are concerned: one number, or a range, of something.
    count_min = models.PositiveIntegerField(_("combien, au moins"), null=True, blank=True)
    count_max = models.PositiveIntegerField(_("combien, au plus"), null=True, blank=True)
    count_unit = models.CharField(_("de quoi"), max_length=UNIT_LENGTH, blank=True)
    tried = models.TextField(_("ce qui a été essayé"), max_length=TRIED_LENGTH, blank=True)
    # Means: euros that could be found, and days of staff in a year.
    budget_min = models.DecimalField(
        _("budget, au moins (€)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    budget_max = models.DecimalField(
        _("budget, au plus (€)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    staff_days = models.PositiveIntegerField(
        _("temps d’agent, en jours par an"), null=True, blank=True
    )
    needed_by = models.DateField(_("échéance"), null=True, blank=True)
    state = FSMField(_("état"), choices=State.choices, default=State.OPEN, protected=True)
    closed_on = models.DateField(_("résolu ou retiré le"), null=True, blank=True)
    answer = models.TextField(_("ce qui y a répondu"), max_length=ANSWER_LENGTH, blank=True)
    # Needs that go together: the group of their territories, with one who speaks for it.
    group = models.ForeignKey(
        Group, models.PROTECT, verbose_name=_("groupe"), related_name="needs",
        null=True, blank=True,
    )  # fmt: skip
    # Filters of the search it came from, beyond text, territory and theme (a query string).
    search = models.CharField(max_length=SEARCH_LENGTH, blank=True)
    # How many cards the search had found that day.
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
            models.CheckConstraint(
                condition=~Q(text="") | Q(state="withdrawn"), name="need_says_something_or_gone"
            ),
            # What is withdrawn is erased.
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(
                    text="",
                    others_read="",
                    for_whom="",
                    count_unit="",
                    tried="",
                    answer="",
                    search="",
                ),
                name="need_withdrawn_is_erased",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None)
                | Q(state__in=["answered", "withdrawn"], closed_on__isnull=False),
                name="need_state_known_and_dated",
            ),
            models.CheckConstraint(
                condition=Q(count_min=None) | Q(count_max=None) | Q(count_min__lte=F("count_max")),
                name="need_count_in_order",
                violation_error_message=_("Le plus petit nombre vient d’abord."),
            ),
            models.CheckConstraint(
                condition=Q(budget_min=None)
                | Q(budget_max=None)
                | Q(budget_min__lte=F("budget_max")),
                name="need_budget_in_order",
                violation_error_message=_("Le plus petit budget vient d’abord."),
            ),
            models.CheckConstraint(
                condition=(Q(budget_min=None) | Q(budget_min__gte=0))
                & (Q(budget_max=None) | Q(budget_max__gte=0)),
                name="need_budget_not_negative",
                violation_error_message=_("Un budget n’est pas négatif."),
            ),
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
    def active_group(self) -> Group | None:
        """The group that it goes with today; one that ended holds nobody back."""
        return self.group if self.group is not None and self.group.is_active else None

    @property
    def found_nothing(self) -> bool:
        """That day; whether it has a good answer today is asked of ``unmet()``."""
        return self.found == 0

    def search_url(self) -> str:
        """Run the search again: the need's own words and place, with the filters it came with."""
        query = QueryDict(mutable=True)
        # The link is read wherever the need is: personal data stay out of it.
        text = mask_personal_data(self.text, "")
        query["q"] = Truncator(text).words(SEARCHED_WORDS, truncate="")
        if self.territory:
            query["territory"] = self.territory.address
        if self.theme:
            query["theme"] = self.theme.slug
        query.update(QueryDict(self.search))
        return f"{BANK}?{query.urlencode()}"

    # --- states (docs/states.md) ---------------------------------------------------------
    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.needed_by is not None and self.needed_by < timezone.localdate()

    @property
    def place(self) -> Territory | None:
        """Where it is: the place it says, or that of the organisation that states it."""
        if self.territory is not None:
            return self.territory
        return self.organisation.territory if self.organisation is not None else None

    @transition("state", source="open", target="answered")
    def close(self) -> None:
        self.closed_on = timezone.localdate()

    @transition("state", source="answered", target="open")
    def reopen(self) -> None:
        self.closed_on, self.answer = None, ""

    @transition("state", source=["open", "answered"], target="withdrawn")
    def withdraw(self) -> None:
        """Its words go, for everyone; that it was there stays."""
        self.closed_on = timezone.localdate()
        self.text = self.others_read = self.for_whom = self.count_unit = ""
        self.tried = self.answer = self.search = ""


#: Needs that everybody signed in may read.
SHARED = (Need.Visibility.PUBLIC, Need.Visibility.MEMBERS)
