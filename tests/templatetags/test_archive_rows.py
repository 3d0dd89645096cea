"""Rows that are written from patterns: complete, and escaped like any template."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from archive.services.answers import FacetChoice
from archive.templatetags.archive_charts import drawn
from archive.templatetags.archive_rows import (
    LISTED,
    columns,
    further_inputs,
    inputs,
    period_rows,
    result_items,
    tag_items,
)
from archive.web.page_models import Bar, FacetView, HistogramView, ResultView, TagLink

RESULT_TEXTS = (
    "url",
    "published",
    "published_iso",
    "source",
    "source_url",
    "language",
    "direction",
)
HOSTILE = """"'><script>{0}%s&"""


class Reader(HTMLParser):
    """What a browser makes of it: attributes by element, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def facet(number: int, *, selected: tuple[int, ...] = (), name: str = "party") -> FacetView:
    return FacetView(
        name=name,
        label="Party",
        choices=tuple(
            FacetChoice(
                value=f"value-{place}",
                label=f"Value {place}",
                count=1000 * place + 1,
                selected=place in selected,
            )
            for place in range(number)
        ),
    )


def bars(*counts: int, **fields: object) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            **{  # type: ignore[arg-type]
                "value": f"{2000 + place}",
                "label": f"{2000 + place}",
                "short_label": f"{2000 + place}",
                "count": count,
                "selected": False,
                "toggle_url": f"/search/?date={2000 + place}",
                **fields,
            }
        )
        for place, count in enumerate(counts)
    )


def test_a_long_facet_shows_its_first_values_and_the_chosen_ones() -> None:
    long = facet(LISTED + 4, selected=(1, LISTED + 1))
    first, further = Reader(inputs(long)), Reader(further_inputs(long))
    numbers = [str(box["value"]).removeprefix("value-") for box in first.all("input")]
    assert numbers == [*map(str, range(LISTED)), str(LISTED + 1)]
    assert ["checked" in box for box in first.all("input")].count(True) == 2
    rest = [str(box["value"]).removeprefix("value-") for box in further.all("input")]
    assert rest == [str(LISTED), str(LISTED + 2), str(LISTED + 3)]
    assert "Value 0 1 article\nValue 1 1\u202f001 articles" in first.text


def test_a_short_facet_has_nothing_further() -> None:
    assert further_inputs(facet(LISTED)) == ""


def test_a_box_belongs_to_the_search_form() -> None:
    (box,) = Reader(inputs(facet(1, name="place"))).all("input")
    assert box == {
        "form": "search",
        "type": "checkbox",
        "name": "place",
        "value": "value-0",
        "id": "place-value-0",
    }


def test_bars_without_articles_are_no_links() -> None:
    chart = drawn(HistogramView(zoom="year", title="x", bars=bars(3, 0, 1)))
    page = Reader(columns(chart))
    assert [link["href"] for link in page.all("a")] == ["/search/?date=2000", "/search/?date=2002"]
    assert [link["aria-label"] for link in page.all("a")] == ["2000: 3 articles", "2002: 1 article"]
    assert not any("class" in link for link in page.all("a"))
    assert [row["href"] for row in Reader(period_rows(bars(3, 0, 1))).all("a")] == [
        "/search/?date=2000",
        "/search/?date=2002",
    ]


def test_a_chosen_bar_says_so() -> None:
    chosen = bars(0, selected=True)
    page = Reader(columns(drawn(HistogramView(zoom="year", title="x", bars=chosen))))
    (link,) = page.all("a")
    assert (link["class"], link["aria-current"]) == ("chosen", "true")
    assert link["aria-label"] == "2000: 0 articles, chosen"
    assert "(chosen)" in period_rows(bars(1, selected=True))


def result(**fields: object) -> ResultView:
    return ResultView(
        **{  # type: ignore[arg-type]
            "id": "a",
            "url": "/articles/a/",
            "headline_html": mark_safe("Truce <mark>holds</mark>"),
            "snippet_html": mark_safe(""),
            "published": "June 2025",
            "published_iso": "",
            "source": "",
            "source_url": "",
            "language": "",
            "direction": "ltr",
            **fields,
        }
    )


def test_an_article_shows_what_is_known_of_it() -> None:
    bare = Reader(result_items([result()]))
    assert bare.text.split() == ["June", "2025", "Truce", "holds"]
    assert [heading["lang"] for heading in bare.all("h3")] == ["und"]
    assert not bare.all("p") + bare.all("time") + bare.all("ul")
    full = Reader(
        result_items(
            [
                result(
                    snippet_html=mark_safe("Both <mark>sides</mark>"),
                    published_iso="2025-06",
                    source="The Quay",
                    source_url="/sources/the-quay/",
                    language="ar",
                    direction="rtl",
                    tags=(TagLink(kind="party", label="Åland", url="/entities/party/aland/"),),
                ),
                result(source="The Quay"),
            ]
        )
    )
    assert full.all("time") == [{"datetime": "2025-06"}]
    assert full.all("p") == [{"class": "snippet", "lang": "ar", "dir": "rtl"}]
    assert [link["href"] for link in full.all("a")] == [
        "/sources/the-quay/",
        "/articles/a/",
        "/entities/party/aland/",
        "/articles/a/",
    ]
    assert full.text.count("The Quay") == 2
    assert len(full.all("mark")) == 3


def test_whatever_fills_a_row_is_escaped() -> None:
    choice = FacetChoice(value=HOSTILE, label=HOSTILE, count=1, selected=False)
    bar = {"value": "2000", "label": HOSTILE, "short_label": HOSTILE, "toggle_url": HOSTILE}
    histogram = HistogramView(zoom="year", title="x", bars=bars(1, **bar))
    for row, printed in (
        (inputs(FacetView(name=HOSTILE, label="", choices=(choice,))), 2),
        (tag_items([TagLink(kind=HOSTILE, label=HOSTILE, url=HOSTILE)]), 2),
        (columns(drawn(histogram)), 2),
        (period_rows(histogram.bars), 1),
        (result_items([result(**dict.fromkeys(RESULT_TEXTS, HOSTILE))]), 6),
    ):
        page = Reader(row)
        assert not page.all("script")
        assert HOSTILE in page.text
        values = [value for _, attributes in page.elements for value in attributes.values()]
        assert sum(HOSTILE in str(value) for value in values) + page.text.count(HOSTILE) > printed


@pytest.mark.parametrize(
    ("kind", "is_drawn"), [("party", True), ("language", False), ("<b>", False)]
)
def test_kinds_have_shapes(kind: str, is_drawn: bool) -> None:
    printed = Template("{% load archive_rows %}{% shape kind %}").render(Context({"kind": kind}))
    assert ("<svg" in printed) is is_drawn
    assert "<b>" not in printed
