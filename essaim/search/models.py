"""The index: words (postings) and meaning (passages) of what can be found, in plain tables.

Written by ``actions.py`` in the transaction of the change it follows; docs/decisions says why
the ranking is computed here in SQL rather than by ``ts_rank``.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

# Length of the vectors of the encoder (encoder.py); changing it is a migration.
DIMENSIONS = 512


class Document(models.Model):
    """One public object that can be found: a card today, other kinds later."""

    kind = models.CharField(max_length=20)
    # Four bytes: postings repeat it by the million.
    object_id = models.IntegerField()
    title = models.TextField()
    folded = models.TextField()  # the title's words, for prefixes and typing errors
    length = models.FloatField(default=0)  # sum of the frequencies of its words
    # Its postings are found again by these: an index of postings by object would weigh more.
    lexemes = ArrayField(models.BigIntegerField(), default=list)
    # The mean length with which the weights of its postings were computed.
    mean_length = models.FloatField(default=0)
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("document indexé")
        verbose_name_plural = _("documents indexés")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="document_object_once")
        ]
        indexes = [
            GinIndex(fields=["folded"], name="document_title_trgm", opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Collection(models.Model):
    """One kind of documents: the mean length that weights are computed with at present."""

    kind = models.CharField(max_length=20, primary_key=True)
    mean_length = models.FloatField()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.kind


class Posting(models.Model):
    """A word of a document, its frequency (fields weighted) and its saturated BM25 weight.

    ``lexeme`` is the fingerprint of kind and stem (text.fingerprint): no row to share between
    two transactions that meet the same new word, hence no waiting. The primary key carries the
    weight, so that a question reads the index alone (migration 0002). The object is that of the
    document, named directly: a filter on objects needs no third table.
    """

    pk = models.CompositePrimaryKey("lexeme", "object_id")
    lexeme = models.BigIntegerField()
    object_id = models.IntegerField()
    frequency = models.FloatField()
    weight = models.FloatField()

    class Meta:
        verbose_name = _("mot d’un document")
        verbose_name_plural = _("mots des documents")

    def __str__(self) -> str:
        return f"{self.lexeme} × {self.frequency}"


class Change(models.Model):
    """An object whose words changed, and the transaction that changed them: what the copies
    that processes keep (wordlists.py) do not know. Written in SQL, dropped after a day."""

    object_id = models.IntegerField()
    transaction = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("changement indexé")
        verbose_name_plural = _("changements indexés")
        indexes = [
            models.Index(fields=["transaction", "object_id"], name="change_since"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} @ {self.transaction}"


class LexemeCount(models.Model):
    """How many documents hold a word: the sum over its rows.

    Each change appends its difference instead of updating a shared counter (an import would
    make everyone else wait for it); a job adds the rows up. The lexeme of the empty word
    counts the documents of the kind, and their total length.
    """

    lexeme = models.BigIntegerField(db_index=True)
    text = models.TextField(blank=True)
    documents = models.IntegerField()
    length = models.FloatField(default=0)

    class Meta:
        verbose_name = _("fréquence d’un mot")
        verbose_name_plural = _("fréquences des mots")

    def __str__(self) -> str:
        return f"{self.text}: {self.documents}"


class Passage(models.Model):
    """A piece of a document, about 65 words, with its meaning once its job has run."""

    kind = models.CharField(max_length=20)
    object_id = models.IntegerField()
    position = models.PositiveSmallIntegerField()  # 0 is the title alone, then the text in order
    text = models.TextField()
    embedding = HalfVectorField(dimensions=DIMENSIONS, null=True)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "position"], name="passage_position_once"
            )
        ]
        indexes = [
            # One index for each kind: a question about cards never wades through other kinds.
            HnswIndex(
                fields=["embedding"],
                name="passage_meaning_initiative",
                m=16,
                ef_construction=64,
                opclasses=["halfvec_ip_ops"],
                condition=models.Q(kind="initiative"),
            ),
            HnswIndex(
                fields=["embedding"],
                name="passage_meaning_scheme",
                m=16,
                ef_construction=64,
                opclasses=["halfvec_ip_ops"],
                condition=models.Q(kind="scheme"),
            ),
            HnswIndex(
                fields=["embedding"],
                name="passage_meaning_need",
                m=16,
                ef_construction=64,
                opclasses=["halfvec_ip_ops"],
                condition=models.Q(kind="need"),
            ),
            models.Index(
                fields=["kind", "object_id"],
                name="passage_pending",
                condition=models.Q(embedding__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Synonym(models.Model):
    """Two ways of saying the same thing: an acronym and what it stands for, an everyday word
    and the administration's. Works both ways; several rows of one term are one family."""

    term = models.CharField(_("terme"), max_length=100)
    expansion = models.CharField(_("aussi dit"), max_length=200)
    # False once a manager has removed one of ours, so that an update does not bring it back.
    active = models.BooleanField(_("en service"), default=True)

    class Meta:
        verbose_name = _("synonyme")
        verbose_name_plural = _("synonymes")
        ordering = ["term", "expansion"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "expansion"],
                name="synonym_once",
                violation_error_message=_("Ce synonyme existe déjà."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} = {self.expansion}"
