from __future__ import annotations

from django import template

from essaim.common.money import show_euros
from essaim.innovators.wording import days_text, replications

register = template.Library()
register.filter("euros", show_euros)
register.filter("days", days_text)
register.filter("replications", replications)
