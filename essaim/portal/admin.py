"""What other packages put in the back room without effect here is taken out of it."""

from __future__ import annotations

import dsfr.admin  # noqa: F401 - registers what follows
from django.contrib import admin
from django.contrib.auth.models import Group
from dsfr.models import DsfrConfig

import essaim.people.admin  # noqa: F401 - brings the package's own registration of groups

# Name, logo and links come from the environment; rights from roles in an organisation.
for model in (DsfrConfig, Group):
    admin.site.unregister(model)
