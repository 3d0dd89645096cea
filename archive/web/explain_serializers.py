"""The shape of the API's explanations, for its OpenAPI description.

The answers themselves are made by ``services.presenting_reasons``.
"""

# Fields named "label" are fine in DRF, whose stubs take them for its own attributes.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from rest_framework import serializers

from archive.web.serializers import ExpansionSerializer


class ExplainedQuerySerializer(serializers.Serializer[None]):
    """How the question was read."""

    text = serializers.CharField(allow_blank=True)
    read_as = serializers.CharField(allow_blank=True, help_text="What was typed, in English.")
    expand = serializers.BooleanField(help_text="False where only what was typed is looked for.")
    expansions = ExpansionSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    sort = serializers.ChoiceField(choices=["relevance", "balanced", "newest", "oldest"])


class FieldScoreSerializer(serializers.Serializer[None]):
    """What the occurrences of a word in one field score."""

    field = serializers.ChoiceField(choices=["headline", "summary", "body", "byline"])
    occurrences = serializers.IntegerField()
    length = serializers.IntegerField(help_text="Words of the field in this article.")
    average = serializers.FloatField(help_text="Words of the field on average.")
    score = serializers.FloatField()


class PassageSerializer(serializers.Serializer[None]):
    """The best place of a word in one field, as far as the public may read it."""

    field = serializers.CharField()
    html = serializers.CharField(help_text="HTML with <mark> around matched words.")


class WordScoreSerializer(serializers.Serializer[None]):
    """What a word or phrase of the query scores."""

    word = serializers.CharField(
        help_text="As typed; where several words were typed, the first of their other names."
    )
    also = serializers.ListField(child=serializers.CharField())
    articles = serializers.IntegerField(help_text="In how many articles it stands.")
    weight = serializers.FloatField(help_text="What it counts: the fewer articles, the more.")
    score = serializers.FloatField()
    share = serializers.FloatField(help_text="Of the score before the date counts, 0 to 1.")
    sentence = serializers.CharField()
    fields = FieldScoreSerializer(many=True)
    passages = PassageSerializer(many=True)


class BonusSerializer(serializers.Serializer[None]):
    """What a second look at the best matches adds."""

    name = serializers.ChoiceField(
        choices=["together", "coverage", "nearness", "phrase", "headline"]
    )
    label = serializers.CharField()
    score = serializers.FloatField()
    share = serializers.FloatField()
    sentence = serializers.CharField()


class DateEffectSerializer(serializers.Serializer[None]):
    """What the date does to the score."""

    factor = serializers.FloatField(allow_null=True, help_text="Null where it does not count.")
    newest = serializers.DateField(allow_null=True, help_text="The newest match's day.")
    sentence = serializers.CharField(allow_blank=True)


class ConditionSerializer(serializers.Serializer[None]):
    """A condition of the query that is not about words; it scores nothing."""

    met = serializers.BooleanField(help_text="Whether this article meets it.")
    sentence = serializers.CharField()


class FilterEffectSerializer(serializers.Serializer[None]):
    """What one filter takes away."""

    name = serializers.CharField(help_text="The parameter.")
    label = serializers.CharField()
    removed = serializers.IntegerField(help_text="Articles that it alone takes away.")
    kept = serializers.BooleanField(help_text="Whether this article passes it.")
    sentence = serializers.CharField()


class ReasonsSerializer(serializers.Serializer[None]):
    """Why an article was found, and why it stands where it does."""

    id = serializers.CharField()
    headline = serializers.CharField()
    url = serializers.URLField()
    query = ExplainedQuerySerializer()
    found = serializers.BooleanField(help_text="False where a filter takes the article away.")
    outcome = serializers.CharField()
    count = serializers.IntegerField(help_text="Articles that query and filters find.")
    articles = serializers.IntegerField(help_text="Articles searched.")
    score = serializers.FloatField(help_text="The sum of words and bonuses, times date.factor.")
    words = WordScoreSerializer(many=True)
    bonuses = BonusSerializer(many=True)
    second_look = serializers.CharField(allow_blank=True)
    date = DateEffectSerializer()
    uncounted = serializers.ListField(
        child=serializers.CharField(),
        help_text="Words that do not count, as others that belong with them are missing.",
    )
    conditions = ConditionSerializer(many=True)
    filters = FilterEffectSerializer(many=True)
