"""What records are found by: their words, the values of their metadata, and what is not indexed yet.

Copies of what stands in the records, made by feedback/actions/indexing.py; they can be dropped and made anew.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from feedback.models.datasets import Dataset, tenant
from feedback.models.records import Record
from feedback.models.schema import MetadataProperty


class RecordWords(models.Model):
    """The words of one record (feedback/search/words.py). Read by the function `search_records`, past no wall."""

    record = models.OneToOneField(
        Record, models.DO_NOTHING, primary_key=True, related_name="words", db_constraint=False
    )
    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    vector = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["vector"], name="records_by_words")]


class SearchBacklog(models.Model):
    """A record whose words are not indexed, or not as they are now: it is looked into as it stands."""

    pk = models.CompositePrimaryKey("dataset_id", "record_id")
    organization = tenant()
    dataset = models.ForeignKey(
        Dataset, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class MetadataValue(models.Model):
    """A value of a record's metadata: a `term`, of which a list has several, or a `number`.

    `is_least` and `is_most`: of all terms that the record has, the one that it is sorted by, up or down.
    """

    id = models.BigAutoField(primary_key=True)
    organization = tenant()
    property = models.ForeignKey(
        MetadataProperty, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    record = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="values", db_constraint=False, db_index=False
    )
    position = models.BigIntegerField()
    term = models.TextField(null=True)
    number = models.FloatField(null=True)
    is_least = models.BooleanField(default=True)
    is_most = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "property", "term"],
                name="one_metadata_value_per_record",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["property", "term", "position"],
                condition=Q(term__isnull=False),
                name="records_by_metadata_term",
            ),
            models.Index(
                fields=["property", "number", "position"],
                condition=Q(number__isnull=False),
                name="records_by_metadata_number",
            ),
        ]
