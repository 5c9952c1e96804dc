"""The ledger: every euro promised, confirmed, committed, paid. It only grows.

What must never happen is refused here, in the database, for whoever writes: the trigger of a line
takes the lock of its pool, then counts what the option's lines say with this one. Two writers
therefore count one after the other, and none on what the other has not committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation

from .instalment import Instalment
from .option import LegalAct, Option
from .pool import MOST_CENTS, Pool


class Kind(models.TextChoices):
    PLEDGE = "pledge", _("option prise")
    RELEASE = "release", _("option libérée")
    CONFIRMATION = "confirmation", _("confirmation")
    DISENGAGEMENT = "disengagement", _("confirmation libérée")
    COMMITMENT = "commitment", _("engagement juridique")
    # Of an amending act: committed still, in the same year, to another beneficiary.
    AMENDMENT = "amendment", _("avenant")
    REQUEST = "request", _("demande de versement")
    PAYMENT = "payment", _("versement")
    RECOVERY = "recovery", _("reversement")


# What each amount may not go beyond: (sum added up, sum taken off) of both sides.
RULES: tuple[tuple[tuple[Kind, Kind | None], tuple[Kind, Kind | None]], ...] = (
    ((Kind.CONFIRMATION, None), (Kind.PLEDGE, Kind.RELEASE)),
    ((Kind.COMMITMENT, None), (Kind.CONFIRMATION, Kind.DISENGAGEMENT)),
    ((Kind.REQUEST, None), (Kind.COMMITMENT, None)),
    ((Kind.PAYMENT, None), (Kind.REQUEST, None)),
    ((Kind.RECOVERY, None), (Kind.PAYMENT, None)),
)


@dataclass(frozen=True)
class Balance:
    """Sums of the lines of one option, or of several, in cents."""

    sums: dict[str, int]

    def _of(self, kind: Kind) -> int:
        return self.sums.get(kind.value, 0)

    @property
    def pledged(self) -> int:
        """Intentions that stand, confirmed ones included."""
        return self._of(Kind.PLEDGE) - self._of(Kind.RELEASE)

    @property
    def confirmed(self) -> int:
        return self._of(Kind.CONFIRMATION) - self._of(Kind.DISENGAGEMENT)

    @property
    def committed(self) -> int:
        return self._of(Kind.COMMITMENT)

    @property
    def requested(self) -> int:
        return self._of(Kind.REQUEST)

    @property
    def paid(self) -> int:
        """What was paid, whatever came back."""
        return self._of(Kind.PAYMENT)

    @property
    def recovered(self) -> int:
        return self._of(Kind.RECOVERY)

    @property
    def is_sound(self) -> bool:
        def side(pair: tuple[Kind, Kind | None]) -> int:
            return self._of(pair[0]) - (self._of(pair[1]) if pair[1] else 0)

        return all(side(low) <= side(high) for low, high in RULES) and min(
            self.pledged, self.confirmed, 0
        ) == 0  # fmt: skip


class LedgerQuerySet(models.QuerySet["LedgerLine"]):
    def balance(self) -> Balance:
        found = self.order_by().values("kind").annotate(total=Sum("amount_cents"))
        return Balance({row["kind"]: int(row["total"]) for row in found})

    def balances(self, options: Iterable[Any]) -> dict[int, Balance]:
        """One for each of these options, in one query."""
        sums: dict[int, dict[str, int]] = {option.pk: {} for option in options}
        found = self.filter(option__in=sums).order_by().values("option", "kind")
        for row in found.annotate(total=Sum("amount_cents")):
            sums[row["option"]][row["kind"]] = int(row["total"])
        return {pk: Balance(each) for pk, each in sums.items()}

    def for_list(self) -> LedgerQuerySet:
        return self.select_related(
            *("option__funder", "option__territory", "option__adopter", "act", "instalment", "by"),
            *("beneficiary", "former"),
        )


class LedgerLine(models.Model):
    append_only = True

    Kind = Kind

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="ledger")
    option = models.ForeignKey(Option, models.PROTECT, related_name="ledger")
    kind = models.CharField(_("écriture"), max_length=15, choices=Kind)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    # Names the act that wrote it: done again, it writes nothing.
    key = models.CharField(max_length=100, unique=True)
    on = models.DateField(_("date"), default=timezone.localdate)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    why = models.CharField(_("motif"), max_length=200, blank=True)
    act = models.ForeignKey(LegalAct, models.PROTECT, null=True, blank=True, related_name="lines")
    instalment = models.ForeignKey(
        Instalment, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    # Of what acts commit, and of what is asked for and paid of it; None as for their acts.
    beneficiary = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("bénéficiaire"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    # Of an amendment: to whom it was committed before.
    former = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("ancien bénéficiaire"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ledgerline_kind_known"),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="ledgerline_amount_positive",
                violation_error_message=_("Le montant d’une écriture est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["commitment", "amendment"], act__isnull=False)
                | ~Q(kind__in=["commitment", "amendment"]) & Q(act__isnull=True),
                name="ledgerline_commitment_has_act",
                violation_error_message=_("Un engagement juridique a son acte."),
            ),
            models.CheckConstraint(
                condition=Q(kind="amendment", former__isnull=False, beneficiary__isnull=False)
                & ~Q(former=F("beneficiary"))
                | ~Q(kind="amendment") & Q(former__isnull=True),
                name="ledgerline_amendment_says_whose",
                violation_error_message=_("Un avenant dit de qui à qui il passe une somme."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="request") | Q(instalment__isnull=False),
                name="ledgerline_request_has_instalment",
                violation_error_message=_("Une demande de versement a son jalon."),
            ),
            models.UniqueConstraint(
                fields=["option"],
                condition=Q(kind="confirmation"),
                name="ledgerline_one_confirmation",
                violation_error_message=_("Cette option est déjà confirmée."),
            ),
            models.UniqueConstraint(
                fields=["instalment"],
                condition=Q(kind="request"),
                name="ledgerline_one_request_per_instalment",
                violation_error_message=_("Ce versement est déjà demandé."),
            ),
        ]
        indexes = [
            # The balance of an option or of a pool is read from the index alone.
            models.Index(
                fields=["option", "kind"], include=["amount_cents"], name="ledgerline_balance"
            ),
            models.Index(
                fields=["pool", "kind"], include=["amount_cents"], name="ledgerline_of_pool"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ledger_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="ledger_balances",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("the_pool", "funding_pool%ROWTYPE"),
                    ("the_option", "funding_option%ROWTYPE"),
                    ("pledge", "bigint"), ("release", "bigint"), ("confirmation", "bigint"),
                    ("disengagement", "bigint"), ("commitment", "bigint"), ("request", "bigint"),
                    ("payment", "bigint"), ("recovery", "bigint"), ("milestone", "date"),
                    ("milestone_cents", "bigint"), ("milestone_option", "bigint"),
                    ("the_holder", "bigint"),
                ],
                func="""
                    SELECT * INTO the_pool FROM funding_pool WHERE id = NEW.pool_id FOR UPDATE;
                    SELECT * INTO the_option FROM funding_option WHERE id = NEW.option_id;
                    IF the_option.pool_id IS DISTINCT FROM NEW.pool_id THEN
                        RAISE EXCEPTION 'the option is of another pool'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'pledge' AND the_pool.state NOT IN ('open', 'activating') THEN
                        RAISE EXCEPTION 'no option is taken in this state'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'confirmation' AND NOT (
                        the_pool.state = 'activating'
                        OR (the_option.is_pilot AND the_pool.state = 'open')
                    ) THEN
                        RAISE EXCEPTION 'nothing is confirmed before the finding'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'commitment' AND NOT EXISTS (
                        SELECT 1 FROM funding_legalact a
                        WHERE a.id = NEW.act_id AND a.option_id = NEW.option_id
                          AND a.amount_cents = NEW.amount_cents AND a.amends_id IS NULL
                          AND a.beneficiary_id IS NOT DISTINCT FROM NEW.beneficiary_id
                    ) THEN
                        RAISE EXCEPTION 'a commitment has the amount of its act'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'amendment' AND NOT EXISTS (
                        SELECT 1 FROM funding_legalact a
                          JOIN funding_legalact b ON b.id = a.amends_id
                         WHERE a.id = NEW.act_id AND a.option_id = NEW.option_id
                           AND b.option_id = NEW.option_id
                           AND a.amount_cents = NEW.amount_cents
                           AND a.beneficiary_id = NEW.beneficiary_id
                           AND b.beneficiary_id = NEW.former_id
                           AND b.amount_cents >= NEW.amount_cents + (
                               SELECT COALESCE(SUM(l.amount_cents), 0)
                                 FROM funding_ledgerline l
                                 JOIN funding_legalact c ON c.id = l.act_id
                                WHERE l.kind = 'amendment' AND c.amends_id = b.id)
                    ) THEN
                        RAISE EXCEPTION 'an amendment passes on what its act left'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    SELECT holder_id INTO the_holder FROM initiatives_initiative
                     WHERE id = the_pool.initiative_id;
                    IF NEW.kind IN ('commitment', 'amendment') AND NEW.beneficiary_id IS NOT NULL
                       AND NEW.beneficiary_id IS DISTINCT FROM the_option.adopter_id
                       AND NEW.beneficiary_id IS DISTINCT FROM the_holder
                    THEN
                        RAISE EXCEPTION 'an act names the adopter, or the holder'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'request' AND NEW.beneficiary_id IS NOT NULL
                       AND NEW.beneficiary_id IS DISTINCT FROM (
                        SELECT CASE WHEN i.kind IN ('holder_engineering', 'innovator_days')
                                    THEN the_holder
                                    ELSE COALESCE(the_option.adopter_id, the_holder) END
                          FROM funding_instalment i WHERE i.id = NEW.instalment_id
                    ) OR NEW.kind = 'payment' AND NEW.beneficiary_id IS DISTINCT FROM (
                        SELECT r.beneficiary_id FROM funding_ledgerline r
                         WHERE r.kind = 'request' AND r.instalment_id = NEW.instalment_id
                    ) THEN
                        RAISE EXCEPTION 'a line is of who is paid'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind = 'request' THEN
                        SELECT reached_on, amount_cents, option_id
                          INTO milestone, milestone_cents, milestone_option
                          FROM funding_instalment
                         WHERE id = NEW.instalment_id AND cancelled_on IS NULL FOR SHARE;
                        IF milestone IS NULL OR milestone_option <> NEW.option_id
                           OR NEW.amount_cents > milestone_cents THEN
                            RAISE EXCEPTION 'nothing is asked for before its milestone'
                                USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    SELECT COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'pledge'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'release'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'confirmation'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'disengagement'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'commitment'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'request'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'payment'), 0),
                           COALESCE(SUM(amount_cents) FILTER (WHERE kind = 'recovery'), 0)
                      INTO pledge, release, confirmation, disengagement, commitment, request,
                           payment, recovery
                      FROM funding_ledgerline WHERE option_id = NEW.option_id;
                    CASE NEW.kind
                        WHEN 'pledge' THEN pledge := pledge + NEW.amount_cents;
                        WHEN 'release' THEN release := release + NEW.amount_cents;
                        WHEN 'confirmation' THEN confirmation := confirmation + NEW.amount_cents;
                        WHEN 'disengagement' THEN
                            disengagement := disengagement + NEW.amount_cents;
                        WHEN 'commitment' THEN commitment := commitment + NEW.amount_cents;
                        WHEN 'amendment' THEN NULL;
                        WHEN 'request' THEN request := request + NEW.amount_cents;
                        WHEN 'payment' THEN payment := payment + NEW.amount_cents;
                        WHEN 'recovery' THEN recovery := recovery + NEW.amount_cents;
                    END CASE;
                    IF confirmation > pledge - release
                       OR commitment > confirmation - disengagement
                       OR request > commitment
                       OR payment > request
                       OR recovery > payment
                       OR pledge - release < 0
                    THEN
                        RAISE EXCEPTION 'the ledger would not balance'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    -- What acts that name nobody commit serves those to whom the others do not.
                    IF NEW.kind IN ('request', 'payment', 'amendment') AND (
                        SELECT SUM(CASE WHEN p.whose IS NULL THEN p.taken - p.given
                                        ELSE GREATEST(0, p.taken - p.given) END)
                          FROM (
                            SELECT l.beneficiary_id AS whose,
                                   SUM(CASE WHEN l.kind = CASE NEW.kind WHEN 'payment'
                                                               THEN 'payment' ELSE 'request' END
                                            THEN l.amount_cents ELSE 0 END) AS taken,
                                   SUM(CASE WHEN l.kind IN ('commitment', 'amendment')
                                            THEN l.amount_cents ELSE 0 END) AS given
                              FROM (
                                SELECT beneficiary_id, kind, amount_cents
                                  FROM funding_ledgerline WHERE option_id = NEW.option_id
                                 UNION ALL
                                SELECT former_id, kind, -amount_cents
                                  FROM funding_ledgerline
                                 WHERE option_id = NEW.option_id AND kind = 'amendment'
                                 UNION ALL
                                SELECT NEW.beneficiary_id, NEW.kind, NEW.amount_cents
                                 UNION ALL
                                SELECT NEW.former_id, NEW.kind, -NEW.amount_cents
                                 WHERE NEW.kind = 'amendment'
                              ) AS l GROUP BY l.beneficiary_id
                          ) AS p
                    ) > 0 THEN
                        RAISE EXCEPTION 'acts do not commit this to its beneficiary'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents}"

    @property
    def who(self) -> str:
        """Who passed it, for those who follow the pool; of rows read by ``for_list``, since a
        person's number stays where their account is gone."""
        if self.by_id is None:
            return gettext("passée d’elle-même")
        if self.by is not None and self.by.name:
            return self.by.name
        if self.by is None or self.by.deleted_at is not None:
            return gettext("compte supprimé")
        return gettext("un membre sans nom affiché")

    @property
    def capacity(self) -> str:
        """As what it was passed, which names nobody."""
        if self.by_id is None:
            return gettext("passée d’elle-même")
        if self.kind == Kind.REQUEST:
            return gettext("bénéficiaire")
        # What a pool releases when it is closed or abandoned.
        ended = self.kind == Kind.RELEASE and self.option.state in {"released", "expired"}
        if self.key.startswith("abandon:") or (ended and self.key.startswith("release:")):
            return gettext("chef de file")
        return gettext("financeur")
