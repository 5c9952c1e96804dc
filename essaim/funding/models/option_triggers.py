"""What the database refuses of an option, whoever writes."""

from __future__ import annotations

import pgtrigger

TRIGGERS = [
    pgtrigger.Protect(name="option_is_kept", operation=pgtrigger.Delete),
    # A confirmed option does not change: only the adopter that was to be found is named.
    pgtrigger.Trigger(
        name="option_confirmed_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="confirmed"),
        func="""
                    IF (NEW.pool_id, NEW.funder_id, NEW.territory_id, NEW.amount_cents,
                        NEW.confirmed_cents, NEW.conditions, NEW.expires_on, NEW.state,
                        NEW.confirmed_at, NEW.is_pilot, NEW.submission, NEW.cofunds_id, NEW.mode,
                        NEW.charter_on, NEW.planned_on)
                       IS DISTINCT FROM
                       (OLD.pool_id, OLD.funder_id, OLD.territory_id, OLD.amount_cents,
                        OLD.confirmed_cents, OLD.conditions, OLD.expires_on, OLD.state,
                        OLD.confirmed_at, OLD.is_pilot, OLD.submission, OLD.cofunds_id, OLD.mode,
                        OLD.charter_on, OLD.planned_on)
                       OR (OLD.adopter_id IS NOT NULL
                           AND NEW.adopter_id IS DISTINCT FROM OLD.adopter_id)
                    THEN
                        RAISE EXCEPTION 'a confirmed option does not change'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
    ),
    pgtrigger.Trigger(
        name="option_cofunds_its_own_site",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__cofunds__isnull=False),
        func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM funding_option o
                         WHERE o.id = NEW.cofunds_id AND o.pool_id = NEW.pool_id
                           AND o.territory_id = NEW.territory_id AND o.cofunds_id IS NULL
                           AND o.is_pilot = NEW.is_pilot AND o.id <> NEW.id
                           AND (TG_OP = 'UPDATE' OR o.left_on IS NULL)
                    ) THEN
                        RAISE EXCEPTION 'an option is beside one of its own site'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
    ),
    # No option is confirmed without its line, nor before the pool's finding.
    pgtrigger.Trigger(
        name="option_confirmed_with_its_line",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__state="confirmed"),
        func="""
                    IF (SELECT COALESCE(SUM(amount_cents), 0) FROM funding_ledgerline
                        WHERE option_id = NEW.id AND kind = 'confirmation')
                       IS DISTINCT FROM NEW.confirmed_cents
                    THEN
                        RAISE EXCEPTION 'a confirmation without its line in the ledger'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
    ),
    # Only a site that stopped is left, and no money that no act commits with it; for good.
    pgtrigger.Trigger(
        name="option_leaves_a_stopped_site",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
                    IF TG_OP = 'UPDATE' AND NEW.left_on IS NOT DISTINCT FROM OLD.left_on THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'INSERT' AND NEW.left_on IS NULL THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'INSERT' OR OLD.left_on IS NOT NULL OR NEW.state <> 'confirmed'
                       OR NOT EXISTS (
                           SELECT 1 FROM replications_replication r
                            WHERE r.origin = 'pool' AND r.state = 'stopped'
                              AND r.origin_reference =
                                  'option:' || COALESCE(NEW.cofunds_id, NEW.id)::text)
                       OR (SELECT COALESCE(SUM(CASE l.kind WHEN 'confirmation' THEN l.amount_cents
                                                           ELSE -l.amount_cents END), 0)
                             FROM funding_ledgerline l
                            WHERE l.option_id = NEW.id
                              AND l.kind IN ('confirmation', 'disengagement', 'commitment')) <> 0
                    THEN
                        RAISE EXCEPTION 'a site that goes on, or holds money, is not left'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
    ),
]
