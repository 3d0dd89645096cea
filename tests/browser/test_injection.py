"""What suppliers and visitors write is text: nothing of it runs, wherever a page prints it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import Article, ArticleReference, EntityAlias, EntityKind
from archive.services import outbox
from tests.browser.conftest import OpenPage
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.browser

CORES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<object data=javascript:alert(1)></object>",
    "<base href=//example.invalid/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//example.invalid/x.css>",
    "<style>@import '//example.invalid/x.css'</style>",
    "<template><script>alert(1)</script></template>",
    "<mark onmouseover=alert(1)>truce</mark>",
    "{{ alert(1) }}{% load x %}${alert(1)}",
)
FRAMES = ("{}", "\"'>{}", "</title></textarea>{}", "truce {} &lt;b&gt;", "--></script>{}")
PAYLOADS = tuple(frame.replace("{}", core) for core in CORES for frame in FRAMES)
SCRIPTED_ADDRESS = "javascript:alert(1)"


@pytest.fixture
def article(live_server: LiveServer) -> Article:
    """One article that is hostile everywhere, and a list of a hundred hostile headlines."""
    source = make_source(name=PAYLOADS[1], slug="hostile", usage_terms=PAYLOADS[2])
    place = make_entity(
        EntityKind.PLACE, name=PAYLOADS[3], slug="hostile-place", description=PAYLOADS[4]
    )
    EntityAlias.objects.create(entity=place, name=PAYLOADS[5], language="en")
    for payload in PAYLOADS[1:]:
        make_tag(
            make_article(headline=payload, body=f"truce {payload}", source=source, published=""),
            place,
        )
    article = make_article(
        headline=f"truce {PAYLOADS[0]}",
        summary="\n".join(PAYLOADS[:20]),
        body="\n\n".join(PAYLOADS),
        bylines=list(PAYLOADS[:5]),
        section=PAYLOADS[6],
        page="<b onclick=alert(1)>",
        edition=PAYLOADS[7],
        credit=PAYLOADS[8],
        usage_terms=PAYLOADS[9],
        canonical_url=SCRIPTED_ADDRESS,
        language='en" onclick="alert(1)',
        source=source,
    )
    for number, payload in enumerate(PAYLOADS):
        make_tag(article, make_entity(name=payload, slug=f"hostile-{number}"))
        ArticleReference.objects.create(
            article=article, label=payload, url=SCRIPTED_ADDRESS, order=number
        )
    make_tag(article, place)
    while outbox.drain():
        pass
    return article


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == 100


def test_nothing_of_an_article_runs(article: Article, open_page: OpenPage) -> None:
    page = open_page(article.get_absolute_url())

    expect(page.locator(".text p")).to_have_count(len(PAYLOADS))
    for paragraph, payload in zip(page.locator(".text p").all(), PAYLOADS, strict=True):
        assert paragraph.text_content() == payload
    assert injected(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search/?q=truce&page_size=100&sort=newest",
        "/entities/party/",
        "/entities/party/hostile-0/",
        "/entities/place/hostile-place/",
        "/sources/",
        "/sources/hostile/",
        "/browse/undated/",
    ],
)
def test_nothing_of_a_list_runs(path: str, article: Article, open_page: OpenPage) -> None:
    page = open_page(path)

    assert page.get_by_text("alert(1)").count() > 0
    assert injected(page) == []


def test_nothing_of_a_query_runs(open_page: OpenPage) -> None:
    page = open_page("/search/")

    for payload in PAYLOADS:
        page.goto(f"/search/?q={quote(payload)}")
        expect(page.locator("#q")).to_have_value(payload)
        assert injected(page) == []


@pytest.mark.parametrize("parameter", ["party", "place", "date", "date_from", "sort", "page"])
def test_nothing_of_a_parameter_runs(parameter: str, open_page: OpenPage) -> None:
    page = open_page("/search/")

    for payload in PAYLOADS[::7]:
        page.goto(f"/search/?{parameter}={quote(payload)}")
        assert injected(page) == []


def injected(page: Page) -> list[str]:
    """What in the page could run or load something, and was not put there by a template."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((node) =>
                 (node.localName === 'script' && !node.src.endsWith('.js'))
                 || ['iframe', 'object', 'embed', 'base', 'style', 'video', 'math', 'img',
                     'template', 'textarea'].includes(node.localName)
                 || [...node.attributes].some(({ name, value }) =>
                      name.startsWith('on') || name === 'style' || name === 'srcdoc'
                      || /^\\s*javascript:/i.test(value))
               ).map((node) => node.outerHTML.slice(0, 200))"""
        )
    )
