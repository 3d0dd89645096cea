"""What a facet is to the archive: between the models and the columns of an engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from archive.models import Article
from archive.search.facets import FacetSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value for people: ``slug`` is what stands in addresses, ``label`` what is read."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTags:
    """The counted tags of one article: ids of entities by kind, places with their ancestors."""

    by_kind: Mapping[str, Sequence[int]] = field(default_factory=dict)


class Facet(ABC):
    """One facet. The index holds ids, so that a renaming touches nothing; labels come from here.

    ``name`` is also its parameter in addresses and, with ``query_names``, its field in queries.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    query_names: ClassVar[tuple[str, ...]] = ()
    multi_valued: ClassVar[bool] = False

    @property
    def spec(self) -> FacetSpec:
        """The facet as an engine sees it."""
        return FacetSpec(name=self.name, multi_valued=self.multi_valued)

    @abstractmethod
    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        """The engine's values of an article."""

    @abstractmethod
    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The engine's values for each name (slug, name or alias, in any case), in few queries.

        A name that nothing answers to is left out.
        """

    @abstractmethod
    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        """What to show for each of the engine's values, in few queries; vanished ones left out."""
