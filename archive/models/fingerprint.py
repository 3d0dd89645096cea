"""What tells reports of one story."""

from __future__ import annotations

from django.db import models

from archive.models.article import Article


class Fingerprint(models.Model):
    """The fingerprint of an article's text, as of one ``version`` of the article.

    It counts for nothing once the article has another version. ``day`` is the first possible day
    of publication as a proleptic ordinal, none for undated articles. ``signature`` and the bands
    are as in ``text/fingerprint.py``, the bands led by a stretch of days; a text that says too
    little has none. Which articles are alike is not stored: it is found by equal bands. ``shared``
    says where that is worth a look: without it no other article had an equal band.
    """

    # Not one to one: whatever hangs on an article is found by its foreign keys.
    article = models.ForeignKey(Article, models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    day = models.IntegerField(null=True)
    signature = models.BinaryField()
    shared = models.BooleanField(default=False)
    band_1 = models.BigIntegerField(null=True)
    band_2 = models.BigIntegerField(null=True)
    band_3 = models.BigIntegerField(null=True)
    band_4 = models.BigIntegerField(null=True)
    band_5 = models.BigIntegerField(null=True)
    band_6 = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["band_1"], name="fingerprint_band_1"),
            models.Index(fields=["band_2"], name="fingerprint_band_2"),
            models.Index(fields=["band_3"], name="fingerprint_band_3"),
            models.Index(fields=["band_4"], name="fingerprint_band_4"),
            models.Index(fields=["band_5"], name="fingerprint_band_5"),
            models.Index(fields=["band_6"], name="fingerprint_band_6"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article"], name="fingerprint_is_unique"),
        ]

    def __str__(self) -> str:
        return f"fingerprint of article {self.article_id}"
