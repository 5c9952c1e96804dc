"""Two controlled lists: themes, and audiences (who benefits)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Longest word or expression of the lists; a card's beneficiaries may be as long.
WORD_LENGTH = 200


class ListKind(models.TextChoices):
    """Which of the two lists."""

    THEME = "theme", _("thèmes")
    AUDIENCE = "audience", _("publics bénéficiaires")


class Term(models.Model):
    """An entry of a controlled list, known by its slug, its names and its synonyms."""

    slug = models.SlugField(_("identifiant"), max_length=60, unique=True)
    name = models.CharField(
        _("nom"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("Une entrée de la liste porte déjà ce nom.")},
    )
    name_en = models.CharField(_("nom anglais"), max_length=100)
    synonyms = ArrayField(
        models.CharField(max_length=WORD_LENGTH),
        verbose_name=_("synonymes"),
        default=list,
        blank=True,
    )

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    def get_absolute_url(self) -> str:
        """Its page for managers."""
        return reverse("themes:term", args=[self.vocabulary(), self.slug])

    @classmethod
    def vocabulary(cls) -> str:
        return {Theme: ListKind.THEME, Audience: ListKind.AUDIENCE}[cls].value


class Theme(Term):
    class Meta(Term.Meta):
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")


class Audience(Term):
    class Meta(Term.Meta):
        verbose_name = _("public bénéficiaire")
        verbose_name_plural = _("publics bénéficiaires")


TERM_MODELS: dict[str, type[Theme] | type[Audience]] = {"theme": Theme, "audience": Audience}


class UnmappedTagQuerySet(models.QuerySet["UnmappedTag"]):
    def waiting(self) -> UnmappedTagQuerySet:
        """Words that no manager has mapped or left as they are."""
        return self.filter(ignored=False)


class UnmappedTag(models.Model):
    """A free word met on a card that no list knows yet; managers map it or leave it."""

    # Folding opens ligatures: it may be longer than the word.
    folded = models.CharField(_("mot normalisé"), max_length=2 * WORD_LENGTH)
    text = models.CharField(_("mot"), max_length=WORD_LENGTH)
    # Every way cards write it, `text` included: « Éco-lieu », « eco lieu ».
    spellings = ArrayField(
        models.CharField(max_length=WORD_LENGTH), verbose_name=_("graphies"), default=list
    )
    vocabulary = models.CharField(
        _("liste"), max_length=10, choices=ListKind, default=ListKind.THEME
    )
    first_seen = models.DateTimeField(_("vu la première fois"), auto_now_add=True)
    ignored = models.BooleanField(_("laissé tel quel"), default=False)

    objects = UnmappedTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("mot à rattacher")
        verbose_name_plural = _("mots à rattacher")
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "folded"], name="unmapped_tag_once"),
            models.CheckConstraint(
                condition=models.Q(vocabulary__in=ListKind.values),
                name="unmapped_tag_vocabulary_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class LoadedReference(models.Model):
    """What the shipped files have already brought into a list.

    A term or synonym that is here and no longer in its list was removed by a manager: loading
    the files again must not bring it back.
    """

    vocabulary = models.CharField(max_length=10, choices=ListKind, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    brought = models.JSONField(default=dict)  # {slug: [synonyms]}
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.vocabulary
