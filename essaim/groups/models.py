"""Groups of territories: why they go together, who takes part, and who speaks for them.

The place itself (name, code, what it contains) is a ``Territory`` of kind ``group``, so that
« near this place », the search and the pages of territories work for it. Here are its purpose,
the consent of each member, and its stewards. Nothing is deleted: a group ends, a member leaves.
"""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Membership, Organisation
from essaim.territories.models import Containment, Territory

NAME_LENGTH, PURPOSE_LENGTH = 120, 3000


def represented_by(user: Any) -> models.QuerySet[Any]:
    """Keys of the territories that this person may answer for: those of the public bodies that
    they represent."""
    return Membership.objects.filter(
        user=user,
        role=Membership.Role.REPRESENTATIVE,
        organisation__kind__in=settings.GROUPS["answering_kinds"],
        organisation__territory__isnull=False,
    ).values("organisation__territory")


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user: Any) -> GroupQuerySet:
        """Public ones for all; the others for stewards, those who answer for a territory that
        is a member or invited, and managers. Agrees with ``rules.can_view``."""
        if not user.is_authenticated:
            return self.filter(visibility=Group.Visibility.PUBLIC)
        if user.is_manager or user.is_superuser:
            return self
        asked = Member.objects.filter(
            group=OuterRef("pk"), state__in=Member.PRESENT, territory__in=represented_by(user)
        )
        return self.filter(
            Q(visibility=Group.Visibility.PUBLIC)
            | Exists(Steward.objects.filter(group=OuterRef("pk"), user=user))
            | Exists(asked)
        )

    def active(self) -> GroupQuerySet:
        return self.filter(state=Group.State.ACTIVE)

    def run_by(self, user: Any) -> GroupQuerySet:
        """Those whose steward this person is."""
        return self.filter(Exists(Steward.objects.filter(group=OuterRef("pk"), user=user)))

    def used_by(self, user: Any) -> GroupQuerySet:
        """Those this person may bring into a pool, a call or a follow-up: theirs as a steward,
        or as who answers for a member."""
        member = Member.objects.filter(
            group=OuterRef("pk"),
            state=Member.State.ACCEPTED,
            territory__in=represented_by(user),
        )
        return self.active().filter(
            Exists(Steward.objects.filter(group=OuterRef("pk"), user=user)) | Exists(member)
        )

    def without_steward(self) -> GroupQuerySet:
        """Active, and run by nobody who can act: managers find someone."""
        present = Steward.objects.filter(group=OuterRef("pk"), user__is_active=True)
        return self.active().exclude(Exists(present))

    def concerning(self, territory: Territory) -> GroupQuerySet:
        """Those with a member that is the territory, lies in it, or contains it."""
        down = Containment.objects.filter(ancestor=territory).values("descendant")
        up = Containment.objects.filter(descendant=territory).values("ancestor")
        near = Member.objects.filter(
            Q(territory__in=down) | Q(territory__in=up),
            group=OuterRef("pk"), state=Member.State.ACCEPTED,
        )  # fmt: skip
        return self.filter(Exists(near))

    def named(self, text: str) -> GroupQuerySet:
        """Those whose name or purpose holds every word, accents and case apart."""
        found = self
        for word in text.split()[:10]:
            found = found.filter(
                Q(name__unaccent__icontains=word) | Q(purpose__unaccent__icontains=word)
            )
        return found

    def for_list(self) -> GroupQuerySet:
        """Each with how many members it has (``accepted``) and waits for (``waiting``)."""
        return (
            self.select_related("territory")
            .annotate(
                accepted=Count("members", filter=Q(members__state="accepted")),
                waiting=Count("members", filter=Q(members__state="invited")),
            )
            .order_by("name", "pk")
        )

    def for_detail(self) -> GroupQuerySet:
        return self.select_related("territory")

    def with_members(self) -> GroupQuerySet:
        """Each with its place and the members that are present, with theirs."""
        present = Member.objects.present().select_related("territory")
        return self.for_detail().prefetch_related(Prefetch("members", present))


# Why people group themselves is their text: it stays erasable.
@pghistory.track(exclude=["purpose", "submission"])
class Group(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        ACTIVE = "active", _("en cours")
        ENDED = "ended", _("terminé")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("tout le monde")
        RESTRICTED = "restricted", _("ses membres et les territoires invités")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("nom"), max_length=NAME_LENGTH)
    purpose = models.TextField(_("pourquoi se grouper"), max_length=PURPOSE_LENGTH, blank=True)
    visibility = models.CharField(
        _("visible par"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    # The place: from the moment the group is public, for geography is public. Never taken back.
    territory = models.OneToOneField(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    state = FSMField(_("état"), choices=State.choices, default=State.ACTIVE, protected=True)
    ended_on = models.DateField(_("terminé le"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submission = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("groupe de territoires")
        verbose_name_plural = _("groupes de territoires")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="active", ended_on=None)
                | Q(state="ended", ended_on__isnull=False),
                name="group_state_known_and_dated",
            ),
            models.CheckConstraint(
                condition=Q(visibility="restricted", territory=None)
                | Q(visibility="public", territory__isnull=False),
                name="group_public_is_a_place",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="group_has_a_name",
                violation_error_message=_("Donnez un nom au groupe."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("groups:detail", args=[self.code])

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @transition("state", source="active", target="ended")
    def end(self) -> None:
        self.ended_on = timezone.localdate()


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> MemberQuerySet:
        return self.filter(state__in=Member.PRESENT)

    def accepted(self) -> MemberQuerySet:
        return self.filter(state=Member.State.ACCEPTED)

    def awaiting(self, user: Any) -> MemberQuerySet:
        """Invitations that this person may answer."""
        return self.filter(
            state=Member.State.INVITED,
            group__state=Group.State.ACTIVE,
            territory__in=represented_by(user),
        )

    def for_list(self) -> MemberQuerySet:
        return self.select_related("territory", "organisation").order_by(
            "territory__sort_name", "pk"
        )


@pghistory.track()
class Member(FSMModelMixin, models.Model):
    """A territory in a group: invited, then a member once a body of that territory agrees."""

    class State(models.TextChoices):
        INVITED = "invited", _("en attente d’accord")
        ACCEPTED = "accepted", _("membre")
        DECLINED = "declined", _("a décliné")
        CANCELLED = "cancelled", _("invitation retirée")
        LEFT = "left", _("a quitté le groupe")

    PRESENT = ["invited", "accepted"]

    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+"
    )
    state = FSMField(_("état"), choices=State.choices, default=State.INVITED, protected=True)
    # In whose name it was answered; nobody where a programme manager did.
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_on = models.DateField(_("réponse le"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire d’un groupe")
        verbose_name_plural = _("territoires des groupes")
        constraints = [
            models.UniqueConstraint(fields=["group", "territory"], name="group_member_once"),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "accepted", "declined", "cancelled", "left"]),
                name="group_member_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "cancelled"]) | Q(answered_on__isnull=False),
                name="group_member_answer_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "state"], name="group_member_territory"),
            models.Index(fields=["invited_by", "invited_at"], name="group_member_invited"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} ∋ {self.territory_id}"

    @transition("state", source=["declined", "cancelled", "left"], target="invited")
    def invite_again(self) -> None:
        self.answered_on, self.answered_by, self.organisation = None, None, None

    @transition("state", source="invited", target="accepted")
    def accept(self) -> None:
        self.answered_on = timezone.localdate()

    @transition("state", source="invited", target="declined")
    def decline(self) -> None:
        self.answered_on = timezone.localdate()

    @transition("state", source="invited", target="cancelled")
    def cancel(self) -> None:
        """Taken back by a steward before any answer."""

    @transition("state", source="accepted", target="left")
    def leave(self) -> None:
        self.answered_on = timezone.localdate()


@pghistory.track()
class Steward(models.Model):
    """A person who runs a group; one of them speaks for it."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="stewards")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_spokesperson = models.BooleanField(_("porte-parole"), default=False)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("animateur de groupe")
        verbose_name_plural = _("animateurs de groupes")
        ordering = ["-is_spokesperson", "since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="group_steward_once"),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(is_spokesperson=True),
                name="group_one_spokesperson",
                violation_error_message=_("Un groupe a un seul porte-parole."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.user_id}"
