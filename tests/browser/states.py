"""Every public page in every state, made by hand: also those that a whole site seldom shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import mark_safe

from archive.services.answers import FacetChoice
from archive.web.page_models import (
    AliasView,
    ArticlePageView,
    Bar,
    BrowsePageView,
    Chip,
    Choice,
    EntitiesPageView,
    EntityPageView,
    ExpansionView,
    FacetView,
    Fact,
    FieldProblem,
    HiddenField,
    HistogramView,
    HomePageView,
    Link,
    LinkedFacet,
    MessagePageView,
    PageLinks,
    QueryProblem,
    ReferenceView,
    ReportView,
    ResultView,
    SearchPageView,
    SortChoice,
    SourcePageView,
    SuggestionView,
    TagGroup,
    TagLink,
    WithdrawnPageView,
)
from tests.browser.states_explained import EXPLAINED, LONG_HEADLINE

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

TAGS = (
    TagLink(kind="party", label="Ukraine", url="/entities/party/ukraine/"),
    TagLink(kind="party", label="Russia", url="/entities/party/russia/"),
    TagLink(kind="place", label="Istanbul", url="/entities/place/istanbul/"),
    TagLink(kind="person", label="Volodymyr Zelensky", url="/entities/person/volodymyr-zelensky/"),
    TagLink(kind="organisation", label="Red Cross", url="/entities/organisation/red-cross/"),
    TagLink(kind="topic", label="Prisoners of war", url="/entities/topic/prisoners-of-war/"),
)


def result(number: int = 1, **changes: Any) -> ResultView:
    """One hit; ``changes`` are fields that differ."""
    fields: dict[str, Any] = {
        "id": f"article{number}",
        "url": f"/articles/article{number}/",
        "headline_html": mark_safe("A thousand for a thousand: <mark>exchange</mark> agreed"),
        "snippet_html": mark_safe(
            "The delegations that met in <mark>Istanbul</mark> on Monday agreed on the largest "
            "<mark>prisoner</mark> <mark>exchange</mark> so far, in which each side returns a "
            "thousand people, the wounded and those under twenty-five first of all…"
        ),
        "published": "2 June 2025",
        "published_iso": "2025-06-02",
        "source": "Meridian Wire (demonstration)",
        "source_url": "/sources/meridian-wire/",
        "language": "en",
        "direction": "ltr",
        "tags": TAGS[: number % 7],
        "why_url": f"/search/explain/article{number}/?q=prisoner" if number % 2 else "",
    }
    return ResultView(**{**fields, **changes})


RESULTS = (
    result(6),
    result(
        2, headline_html=mark_safe(LONG_HEADLINE), published="between March 2021 and April 2022"
    ),
    result(
        3,
        headline_html=mark_safe("الأردن وإسرائيل يوقعان معاهدة <mark>سلام</mark> في وادي عربة"),
        snippet_html=mark_safe(
            "وقع الأردن وإسرائيل يوم الأربعاء معاهدة <mark>سلام</mark> في مراسم أقيمت عند المعبر "
            "الحدودي في وادي عربة شمال العقبة، ووقع المعاهدة رئيسا الوزراء…"
        ),
        language="ar",
        direction="rtl",
        source="النافذة البحرية (عرض توضيحي)",
        published="26 October 1994",
    ),
    result(
        4,
        headline_html=mark_safe("双方在伊斯坦布尔就<mark>交换</mark>战俘达成一致"),
        snippet_html=mark_safe(
            "周一在伊斯坦布尔会晤的代表团商定了迄今规模最大的战俘<mark>交换</mark>，"
            "每一方释放一千人，首先是伤员和二十五岁以下的人员。"
        ),
        language="zh",
    ),
    result(
        5,
        headline_html=mark_safe("Notes found in a folder"),
        published="undated",
        published_iso="",
        source="",
        source_url="",
        language="",
        snippet_html=mark_safe(""),
        tags=(),
    ),
)


def years(first: int = 1994, last: int = 2025, scale: int = 1, selected: str = "") -> HistogramView:
    """Articles by year."""
    counts = [(year * 7919 % 13) * scale for year in range(first, last + 1)]
    bars = tuple(
        Bar(
            value=str(year),
            label=str(year),
            short_label=str(year),
            count=count,
            selected=str(year) == selected,
            toggle_url=f"/search/?date={year}",
        )
        for year, count in zip(range(first, last + 1), counts, strict=True)
    )
    return HistogramView(
        zoom="year",
        title="Articles by year",
        bars=bars,
        undated=Choice(
            value="none",
            label="undated",
            count=5 * scale,
            selected=False,
            toggle_url="/search/?date=none",
        ),
        sentence=f"{first} to {last}; most in 2010.",
        largest=max(counts),
    )


def months() -> HistogramView:
    """One year by month, some articles without one, the undated higher than the scale."""
    bars = tuple(
        Bar(
            value=f"2025-{number:02}",
            label=f"{name} 2025",
            short_label=name,
            count=number * 31 % 7,
            selected=number == 6,
            toggle_url=f"/search/?date=2025-{number:02}",
        )
        for number, name in enumerate(MONTHS, 1)
    )
    return HistogramView(
        zoom="month",
        title="Articles of 2025 by month",
        bars=bars,
        crumbs=(Link(label="All years", url="/search/"), Link(label="2025", url="", current=True)),
        unplaced=2,
        unplaced_label="month not known",
        undated=Choice(
            value="none", label="undated", count=4120, selected=True, toggle_url="/search/"
        ),
        sentence="In 2025; most in February.",
        largest=6,
    )


def days() -> HistogramView:
    """One month by day."""
    bars = tuple(
        Bar(
            value=f"2025-05-{number:02}",
            label=f"{number} May 2025",
            short_label=str(number),
            count=number * 37 % 5,
            selected=False,
            toggle_url=f"/browse/2025/5/{number}/",
        )
        for number in range(1, 32)
    )
    return HistogramView(
        zoom="day", title="Articles of May 2025 by day", bars=bars, sentence="In May 2025."
    )


def facet(name: str, label: str, values: int, selected: int = 0) -> FacetView:
    """A facet with so many values, the first ones chosen."""
    named = ["Ukraine", "Russia", "Türkiye", "United Nations", "الأردن", "European Union", "中国"]
    return FacetView(
        name=name,
        label=label,
        choices=tuple(
            FacetChoice(
                value=f"value-{place}",
                label=named[place] if place < len(named) else f"Somebody with a name {place}",
                count=max(14_312 // (place + 1) ** 2, 1),
                selected=place < selected,
            )
            for place in range(values)
        ),
        clear_url=f"/search/?without={name}" if selected else "",
        hidden_count=3 if values > 20 else 0,
    )


def linked(name: str, label: str, values: int) -> LinkedFacet:
    """A facet with so many values, each a link."""
    return LinkedFacet(
        name=name,
        label=label,
        choices=tuple(
            Choice(
                value=choice.value,
                label=choice.label,
                count=choice.count,
                selected=False,
                toggle_url=f"/search/?{name}={choice.value}",
            )
            for choice in facet(name, label, values).choices
        ),
    )


FACETS = (
    facet("party", "Party", 9, selected=1),
    facet("place", "Place", 24, selected=1),
    facet("person", "Person", 4),
    facet("organisation", "Organisation", 3),
    facet("topic", "Topic", 5),
    facet("source", "Source", 6),
    facet("section", "Section", 2),
    facet("language", "Language", 4),
)
SORTS = tuple(
    SortChoice(value=value, label=label, url=f"/search/?sort={value}", selected=place == 0)
    for place, (value, label) in enumerate(
        (("relevance", "Best match first"), ("newest", "Newest first"), ("oldest", "Oldest first"))
    )
)


def search(**changes: Any) -> SearchPageView:
    """A search with a few hits; ``changes`` are fields that differ."""
    fields: dict[str, Any] = {
        "query": "prisoner exchange istanbul",
        "total": len(RESULTS),
        "first": 1,
        "last": len(RESULTS),
        "read_as": "Articles with all of: prisoner (also prisoners), exchange, istanbul.",
        "facets": FACETS,
        "histogram": years(),
        "results": RESULTS,
        "sorts": SORTS,
        "api_url": "/api/search/?q=prisoner",
    }
    return SearchPageView(**{**fields, **changes})


CHIPS = (
    Chip(facet="party", facet_label="Party", label="Ukraine", remove_url="/search/?place=x"),
    Chip(facet="place", facet_label="Place", label="Istanbul", remove_url="/search/?party=x"),
    Chip(facet="date", facet_label="Date", label="June 2025", remove_url="/search/?party=x"),
)


def article(**changes: Any) -> ArticlePageView:
    """A whole article; ``changes`` are fields that differ."""
    fields: dict[str, Any] = {
        "id": "article1",
        "url": "/articles/article1/",
        "headline": "Last defenders leave Azovstal works in Mariupol",
        "summary": "The siege of nearly three months in the port on the Sea of Azov has ended.",
        "paragraphs": (
            "The last soldiers have left the steelworks in Mariupol, ending a siege of nearly "
            "three months in the port on the Sea of Azov. The departure took place over several "
            "days in the second half of May 2022.",
            "Civilians who had sheltered under the plant were brought out earlier in the month in "
            "convoys organised by the United Nations and the Red Cross. Most of them travelled to "
            "Zaporizhzhia.",
            "The soldiers went into captivity. The Red Cross registered hundreds of them, so that "
            "their families could be informed and their whereabouts followed.",
        )
        * 2,
        "extract": "",
        "access_note": "",
        "byline": "Jane Doe and Piotr Example",
        "published": "20 May 2022",
        "published_iso": "2022-05-20",
        "published_url": "/browse/2022/5/20/",
        "source": "Meridian Wire (demonstration)",
        "source_url": "/sources/meridian-wire/",
        "language": "en",
        "direction": "ltr",
        "language_name": "English",
        "canonical_url": "https://www.meridian-wire.example/2022/05/azovstal",
        "credit": "Meridian Wire",
        "usage_terms": "Written for demonstration; free to use with this archive.",
        "facts": (
            Fact(label="Source", value="Meridian Wire", url="/sources/meridian-wire/"),
            Fact(label="Section", value="World"),
            Fact(label="Page", value="A4"),
        ),
        "tag_groups": tuple(
            TagGroup(kind=kind, label=label, tags=tuple(tag for tag in TAGS if tag.kind == kind))
            for kind, label in (
                ("party", "Parties"),
                ("place", "Places"),
                ("person", "People"),
                ("organisation", "Organisations"),
                ("topic", "Topics"),
            )
        ),
        "references": (
            ReferenceView(label="Statement on the evacuation of civilians", url=""),
            ReferenceView(label="Timeline of the siege", url="https://example.org/timeline"),
        ),
        "similar": RESULTS[:2],
        "provenance": (
            "Imported on 3 June 2025 from plain text.",
            "Changed 2 times since, last on 5 June 2025.",
        ),
    }
    return ArticlePageView(**{**fields, **changes})


def _names(kind: str, label: str, count: int) -> tuple[TagLink, ...]:
    return tuple(
        TagLink(kind=kind, label=f"{label} {n}", url=f"/entities/{kind}/{n}/", count=n * 37)
        for n in range(count)
    )


KINDS = tuple(
    Link(label=label, url=f"/entities/{kind}/", current=kind == "party")
    for kind, label in (
        ("party", "Parties"),
        ("place", "Places"),
        ("person", "People"),
        ("organisation", "Organisations"),
        ("topic", "Topics"),
    )
)


def entity(**changes: Any) -> EntityPageView:
    """A place; ``changes`` are fields that differ."""
    fields: dict[str, Any] = {
        "kind": "place",
        "kind_label": "place",
        "name": "Istanbul",
        "url": "/entities/place/istanbul/",
        "list_url": "/entities/place/",
        "description": "City in Türkiye on both sides of the Bosporus.",
        "search_url": "/search/?place=istanbul",
        "total": 1214,
        "coordinates": "41.01° N, 28.96° E",
        "parents": (TagLink(kind="place", label="Türkiye", url="/entities/place/turkiye/"),),
        "children": (TagLink(kind="place", label="Kadıköy", url="/entities/place/kadikoy/"),),
        "aliases": (
            AliasView(name="İstanbul", language="tr", language_name="Turkish", direction="ltr"),
            AliasView(name="إسطنبول", language="ar", language_name="Arabic", direction="rtl"),
            AliasView(name="Стамбул", language="ru", language_name="Russian", direction="ltr"),
        ),
        "identifiers": (
            Fact(
                label="Wikidata",
                value="Q406",
                url="https://www.wikidata.org/wiki/Q406",
                external=True,
            ),
        ),
        "timeline": years(),
        "newest": RESULTS,
        "related": (linked("party", "Party", 5), linked("person", "Person", 4)),
    }
    return EntityPageView(**{**fields, **changes})


STATES: dict[str, tuple[str, Callable[[], Any]]] = {
    "home": (
        "home.html",
        lambda: HomePageView(
            total=30_214,
            histogram=years(scale=997),
            newest=RESULTS,
            facets=(
                linked("party", "Party", 6),
                linked("place", "Place", 6),
                linked("person", "Person", 6),
            ),
            kinds=KINDS,
        ),
    ),
    "home-empty": ("home.html", lambda: HomePageView(total=0, empty_archive=True)),
    "home-unavailable": (
        "home.html",
        lambda: HomePageView(total=None, unavailable="The search index is out of order."),
    ),
    "search": ("search.html", search),
    **EXPLAINED,
    "search-many": (
        "search.html",
        lambda: search(
            total=30_214,
            first=21,
            last=40,
            chips=CHIPS,
            clear_all_url="/search/?q=prisoner",
            histogram=months(),
            results=tuple(result(n) for n in range(1, 21)),
            notes=("“zzz” is no party of the archive and was left out.",),
            hidden=(
                HiddenField(name="party", value="value-0"),
                HiddenField(name="place", value="value-0"),
                HiddenField(name="date", value="2025-06"),
                HiddenField(name="sort", value="newest"),
            ),
            pages=PageLinks(
                number=2,
                last=500,
                previous_url="/search/?page=1",
                next_url="/search/?page=3",
                numbered=tuple(
                    Link(label=str(n), url=f"/search/?page={n}", current=n == 2)
                    for n in range(1, 8)
                ),
                beyond="Only the first 10 000 articles can be paged through: narrow the search.",
            ),
        ),
    ),
    "search-stories": (
        "search.html",
        lambda: search(
            folded=5,
            every_hit_url="/search/?q=prisoner&group=no",
            results=(
                result(
                    1,
                    also=RESULTS[:5],
                    others="1 204 more outlets",
                    others_url="/articles/article1/#story",
                ),
                result(2, others="1 more report", others_url="/articles/article2/#story"),
            ),
        ),
    ),
    "search-nothing": (
        "search.html",
        lambda: search(
            query="prisonr exchagne",
            total=0,
            first=0,
            last=0,
            results=(),
            histogram=None,
            facets=(),
            suggestions=(
                SuggestionView(
                    text="prisoner exchange",
                    url="/search/?q=prisoner+exchange",
                    count=12,
                    reason="Did you mean",
                ),
                SuggestionView(
                    text="prisoner", url="/search/?q=prisoner", count=1214, reason="Fewer words:"
                ),
            ),
        ),
    ),
    "search-filtered-away": (
        "search.html",
        lambda: search(total=0, first=0, last=0, results=(), chips=CHIPS, clear_all_url="/search/"),
    ),
    "search-unreadable": (
        "search.html",
        lambda: search(
            query='talks "prisoner exchange',
            read_as="Articles with all of: talks, prisoner, exchange.",
            problem=QueryProblem(
                position=6,
                message="The closing quotation mark is missing.",
                hint='Did you mean talks "prisoner exchange"?',
                before="talks ",
                at='"',
                after="prisoner exchange",
            ),
            field_problems=(
                FieldProblem(parameter="date_from", message="From: “soon” is not a date."),
            ),
        ),
    ),
    "search-widened": (
        "search.html",
        lambda: search(
            query="truce usa",
            expansions=(
                ExpansionView(typed="truce", names=("ceasefire", "armistice"), same=True),
                ExpansionView(
                    typed="usa",
                    names=("Сполучені Штати", "الولايات المتحدة", "美国", "États-Unis"),
                    more=9,
                    kind="party",
                    label="United States",
                    url="/entities/party/united-states/",
                    tagged=True,
                ),
                ExpansionView(
                    typed="usa",
                    kind="place",
                    label="United States",
                    url="/entities/place/united-states/",
                    tagged=True,
                ),
            ),
            literal_url="/search/?q=truce+usa&expand=no",
        ),
    ),
    "search-literal": (
        "search.html",
        lambda: search(query="truce usa", widened_url="/search/?q=truce+usa"),
    ),
    "search-unavailable": (
        "search.html",
        lambda: search(
            total=None,
            results=(),
            facets=(),
            histogram=None,
            unavailable="The search index is out of order, so words cannot be looked up.",
        ),
    ),
    "search-empty": (
        "search.html",
        lambda: search(
            query="", total=0, empty_archive=True, results=(), facets=(), histogram=None, read_as=""
        ),
    ),
    "article": ("article.html", article),
    "article-story": (
        "article.html",
        lambda: article(
            story=tuple(
                ReportView(
                    url=each.url,
                    headline=LONG_HEADLINE if number == 1 else "الأردن وإسرائيل يوقعان معاهدة سلام",
                    published=each.published,
                    published_iso=each.published_iso,
                    source=each.source,
                    source_url=each.source_url if each.source else "",
                    language="en" if number == 1 else "ar",
                    direction="ltr" if number == 1 else "rtl",
                    percent=100 - number,
                )
                for number, each in enumerate(RESULTS)
            )
        ),
    ),
    "article-long": (
        "article.html",
        lambda: article(headline=LONG_HEADLINE, summary="", references=(), similar=()),
    ),
    "article-arabic": (
        "article.html",
        lambda: article(
            headline="الأردن وإسرائيل يوقعان معاهدة سلام في وادي عربة",
            summary="جرت مراسم التوقيع عند المعبر الحدودي بحضور الرئيس الأمريكي.",
            paragraphs=(
                "وقع الأردن وإسرائيل يوم الأربعاء معاهدة سلام في مراسم أقيمت عند المعبر الحدودي في "
                "وادي عربة شمال العقبة. ووقع المعاهدة رئيسا الوزراء.",
                "وحضر المراسم آلاف المدعوين. والأردن هو ثاني دولة عربية توقع معاهدة سلام.",
            ),
            language="ar",
            direction="rtl",
            language_name="Arabic",
            byline="سارة مثال",
            source="النافذة البحرية (عرض توضيحي)",
        ),
    ),
    "article-chinese": (
        "article.html",
        lambda: article(
            headline="双方在伊斯坦布尔就交换战俘达成一致",
            summary="每一方释放一千人，首先是伤员。",
            paragraphs=(
                "周一在伊斯坦布尔会晤的代表团商定了迄今规模最大的战俘交换，每一方释放一千人，"
                "首先是伤员和二十五岁以下的人员。双方还同意归还阵亡者的遗体，并在月底前再次会晤。",
            )
            * 3,
            language="zh",
            language_name="Chinese",
        ),
    ),
    "article-undated": (
        "article.html",
        lambda: article(
            published="undated",
            published_iso="",
            published_url="/browse/undated/",
            source="",
            source_url="",
            byline="",
            canonical_url="",
            credit="",
            usage_terms="",
            facts=(),
            language="",
            language_name="",
        ),
    ),
    "article-snippet": (
        "article.html",
        lambda: article(
            paragraphs=(),
            extract="The last soldiers have left the steelworks in Mariupol, ending a siege…",
            access_note="The publisher lets the archive show only this beginning.",
        ),
    ),
    "article-metadata": (
        "article.html",
        lambda: article(
            paragraphs=(),
            summary="",
            access_note="The publisher does not let the archive show the text.",
        ),
    ),
    "withdrawn": (
        "withdrawn.html",
        lambda: WithdrawnPageView(reason="Published by mistake; the publisher asked for it."),
    ),
    "entity": ("entity.html", entity),
    "entity-empty": (
        "entity.html",
        lambda: entity(total=0, newest=(), timeline=None, related=(), aliases=(), children=()),
    ),
    "source": (
        "source.html",
        lambda: SourcePageView(
            name="Meridian Wire (demonstration)",
            url="/sources/meridian-wire/",
            kind_label="news agency",
            search_url="/search/?source=meridian-wire",
            total=1,
            facts=(
                Fact(label="Country", value="Ireland"),
                Fact(label="Language", value="English"),
                Fact(
                    label="Home page",
                    value="meridian-wire.example",
                    url="https://meridian-wire.example/",
                    external=True,
                ),
            ),
            usage_terms="Written for demonstration; free to use with this archive.",
            timeline=years(2019, 2022),
            newest=RESULTS[:1],
            related=(linked("party", "Party", 5),),
        ),
    ),
    "entities": (
        "entities.html",
        lambda: EntitiesPageView(
            kind="party",
            title="Parties",
            url="/entities/party/",
            query="",
            items=_names("party", "Party of some name", 40),
            kinds=KINDS,
            pages=PageLinks(number=1, last=2, next_url="/entities/party/?page=2"),
        ),
    ),
    "entities-nothing": (
        "entities.html",
        lambda: EntitiesPageView(
            kind="party",
            title="Parties",
            url="/entities/party/",
            query="Xyz",
            items=(),
            kinds=KINDS,
            pages=PageLinks(number=1, last=1),
        ),
    ),
    "browse-year": (
        "browse.html",
        lambda: BrowsePageView(
            level="year",
            title="2025",
            search_url="/search/?date=2025",
            crumbs=(
                Link(label="All years", url="/browse/"),
                Link(label="2025", url="", current=True),
            ),
            histogram=months(),
            list_title="Month not known",
            results=RESULTS,
            previous=Link(label="2024", url="/browse/2024/"),
            next=Link(label="2026", url="/browse/2026/"),
        ),
    ),
    "browse-month": (
        "browse.html",
        lambda: BrowsePageView(
            level="month",
            title="May 2025",
            search_url="/search/?date=2025-05",
            histogram=days(),
            results=RESULTS,
            pages=PageLinks(number=1, last=1),
        ),
    ),
    "search-help": ("search_help.html", lambda: None),
    "too-many": (
        "429.html",
        lambda: MessagePageView(
            title="Too many searches",
            message="There were too many searches. Try again in 30 seconds.",
            retry_after=30,
        ),
    ),
    "out-of-order": (
        "503.html",
        lambda: MessagePageView(title="The search is out of order", message="It will be back."),
    ),
    "bad-request": ("400.html", lambda: None),
    "forbidden": ("403.html", lambda: None),
    "not-found": ("404.html", lambda: None),
    "server-error": ("500.html", lambda: None),
}
