from __future__ import annotations

from django import template

from essaim.common.money import show_euros

register = template.Library()
register.filter("euros", show_euros)
