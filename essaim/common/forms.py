"""Forms in the design system's clothes.

The renderer dresses every form of the site, those of other packages included: DSFR classes,
hints and errors tied to their input, a summary of errors that links to the fields.
"""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "common/_form.html"
    field_template_name = "common/_field.html"


class Form(forms.Form):
    """Base of every form of ours.

    Fields that may stay empty are marked as such (what the DSFR asks for), except where the
    whole form is a filter: set ``mark_optional = False`` there.
    """

    mark_optional = True
