from __future__ import annotations

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .file import InnovationFile


@pghistory.track(model_name="MilestoneEvent", fields=["id", "file", "due_on", "done_on"])
class Milestone(models.Model):
    """A point that the prototype is to reach; dated when it is."""

    file = models.ForeignKey(InnovationFile, models.CASCADE, related_name="milestones")
    title = models.CharField(_("jalon"), max_length=200)
    due_on = models.DateField(_("prévu le"))
    done_on = models.DateField(_("atteint le"), null=True, blank=True)
    note = models.TextField(_("ce qui s’est passé"), blank=True)

    class Meta:
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "title", "due_on"],
                name="milestone_once",
                violation_error_message=_("Ce jalon est déjà prévu à cette date."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.due_on}"

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()
