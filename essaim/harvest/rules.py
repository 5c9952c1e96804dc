"""Harvesting is the managers' (§ 14 of the domain)."""

from essaim.people.rules import can_manage

can_harvest = can_manage
