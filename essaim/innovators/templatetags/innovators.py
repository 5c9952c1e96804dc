from __future__ import annotations

from django import template

from essaim.innovators.wording import days_text, replications

register = template.Library()
register.filter("days", days_text)
register.filter("replications", replications)
