"""How many requests were made in a minute, by whom: shared by all processes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestCounter(models.Model):
    """``client``: a token's number, or a keyed digest of an address; never the address."""

    pk = models.CompositePrimaryKey("client", "minute")
    client = models.CharField(max_length=40)
    minute = models.PositiveBigIntegerField()  # since 1970
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("compteur de requêtes")
        verbose_name_plural = _("compteurs de requêtes")

    def __str__(self) -> str:
        return f"{self.client} {self.minute}"
