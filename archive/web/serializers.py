"""The shapes of the API's answers, for its OpenAPI description.

The answers themselves are made by ``services.presenting``, which the terminal shares; a test holds
the two together.
"""

# Fields named "source" and "label" are fine in DRF, whose stubs take them for its own attributes.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from rest_framework import serializers


class ErrorDetailSerializer(serializers.Serializer[None]):
    """What went wrong; ``position`` counts characters of ``q`` from 0."""

    message = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    position = serializers.IntegerField(allow_null=True)
    parameter = serializers.CharField(allow_null=True)


class ErrorSerializer(serializers.Serializer[None]):
    """Any answer that is not a success."""

    error = ErrorDetailSerializer()


class ResultSerializer(serializers.Serializer[None]):
    """One article in a list."""

    id = serializers.CharField()
    headline = serializers.CharField()
    published = serializers.CharField(allow_null=True, help_text="EDTF; null where undated.")
    source = serializers.CharField(allow_null=True, help_text="Slug.")
    source_name = serializers.CharField(allow_null=True)
    language = serializers.CharField(help_text="BCP 47 tag.")
    score = serializers.FloatField()
    snippet = serializers.CharField(help_text="HTML with <mark> around matched words.")
    url = serializers.URLField()


class HitSerializer(ResultSerializer):
    """A hit, with others of the page that tell the same story."""

    also = ResultSerializer(many=True)
    reports = serializers.IntegerField(
        help_text="How many other articles tell the story, whether the search finds them or not."
    )


class ReportSerializer(serializers.Serializer[None]):
    """Another report of a story."""

    id = serializers.CharField()
    headline = serializers.CharField()
    published = serializers.CharField(allow_null=True, help_text="EDTF; null where undated.")
    source = serializers.CharField(allow_null=True, help_text="Slug.")
    source_name = serializers.CharField(allow_null=True)
    language = serializers.CharField(help_text="BCP 47 tag.")
    likeness = serializers.FloatField(help_text="From 0 to 1, which is the same text.")
    url = serializers.URLField()


class ChoiceSerializer(serializers.Serializer[None]):
    """A value of a facet; ``value`` is what the parameter takes."""

    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class BarSerializer(serializers.Serializer[None]):
    """A year, month or day."""

    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class HistogramSerializer(serializers.Serializer[None]):
    """Articles over time, each once: in its bar, as unplaced or as undated."""

    zoom = serializers.ChoiceField(choices=["year", "month", "day"])
    within = serializers.CharField(allow_null=True)
    bars = BarSerializer(many=True)
    unplaced = serializers.IntegerField()
    undated = serializers.IntegerField()


class SuggestionSerializer(serializers.Serializer[None]):
    """Another query that finds something."""

    text = serializers.CharField()
    count = serializers.IntegerField()
    reason = serializers.CharField()


class NamedEntitySerializer(serializers.Serializer[None]):
    """An entity whose name was typed."""

    kind = serializers.CharField()
    value = serializers.CharField()
    label = serializers.CharField()
    url = serializers.URLField()


class ExpansionSerializer(serializers.Serializer[None]):
    """What else was looked for where some words were typed: synonyms, or an entity's names."""

    typed = serializers.CharField()
    also = serializers.ListField(child=serializers.CharField())
    entity = NamedEntitySerializer(
        allow_null=True, help_text="Null for synonyms; else its tagged articles are found as well."
    )
    sentence = serializers.CharField()


class QuerySerializer(serializers.Serializer[None]):
    """How the question was read."""

    text = serializers.CharField(allow_blank=True)
    read_as = serializers.CharField(allow_blank=True, help_text="What was typed, in English.")
    expand = serializers.BooleanField(help_text="False where only what was typed is looked for.")
    group = serializers.BooleanField(help_text="False where every hit stands by itself.")
    expansions = ExpansionSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    suggestions = SuggestionSerializer(many=True)
    sort = serializers.ChoiceField(choices=["relevance", "balanced", "newest", "oldest"])
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    date = serializers.ListField(child=serializers.CharField())
    date_from = serializers.CharField(allow_null=True)
    date_to = serializers.CharField(allow_null=True)


class SearchAnswerSerializer(serializers.Serializer[None]):
    """A page of results with the counts of every facet."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = HitSerializer(many=True)
    facets = serializers.DictField(child=ChoiceSerializer(many=True))
    histogram = HistogramSerializer(allow_null=True)
    query = QuerySerializer()


class SourceSerializer(serializers.Serializer[None]):
    """An outlet."""

    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField()


class TagSerializer(serializers.Serializer[None]):
    """An entity that an article is about, and how often the text names it."""

    kind = serializers.CharField()
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.URLField()


class ReferenceSerializer(serializers.Serializer[None]):
    """A source that an article cites."""

    label = serializers.CharField()
    url = serializers.URLField(allow_null=True)


class ArticleSerializer(serializers.Serializer[None]):
    """An article as far as its access level lets the public read it."""

    id = serializers.CharField()
    url = serializers.URLField()
    headline = serializers.CharField()
    published = serializers.CharField(allow_null=True, help_text="EDTF; null where undated.")
    published_at = serializers.DateTimeField(allow_null=True)
    source = SourceSerializer(allow_null=True)
    language = serializers.CharField()
    access = serializers.ChoiceField(choices=["full", "snippet", "metadata"])
    summary = serializers.CharField(allow_null=True)
    body = serializers.CharField(allow_null=True, help_text="Null below full access.")
    extract = serializers.CharField(allow_null=True)
    bylines = serializers.ListField(child=serializers.CharField())
    section = serializers.CharField(allow_blank=True)
    page = serializers.CharField(allow_blank=True)
    edition = serializers.CharField(allow_blank=True)
    canonical_url = serializers.CharField(allow_blank=True)
    credit = serializers.CharField(allow_blank=True)
    usage_terms = serializers.CharField(allow_blank=True)
    tags = TagSerializer(many=True)
    references = ReferenceSerializer(many=True)
    also_reported = ReportSerializer(many=True)
    similar = ResultSerializer(many=True)


class EntitySerializer(serializers.Serializer[None]):
    """An entity and the public articles about it."""

    kind = serializers.CharField()
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    url = serializers.URLField()


class EntitiesSerializer(serializers.Serializer[None]):
    """A page of entities."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EntitySerializer(many=True)
