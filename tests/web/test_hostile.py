"""What nobody types by accident."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import EntityKind
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db

TEXTS = {
    "leading wildcard": "*a*",
    "star alone": "*",
    "short fuzzy word": "x~9",
    "open range": "[a TO z]",
    "long word": "x" * 100_000,
    "parentheses": "(" * 5_000 + ")" * 5_000,
    "negations": "-" * 5_000,
    "quotation marks": '"' * 999,
    "nul": "a\x00b",
    "controls": "".join(map(chr, range(32))),
    "right to left override": "\u202e\u2066a",
    "combining marks": "a" + "\u0301" * 200,
    "huge number": "id:" + "9" * 200,
    "huge run": "batch:" + "9" * 200,
    "huge slop": '"a b"~99999999999999999999',
    "every field": "party:a place:b person:c org:d topic:e source:f section:g lang:h byline:i",
    "bad dates": "date:9999-99-99..0000 after:99999 before:-1",
    "markup": "<script>alert(1)</script>",
    "injection": "' OR 1=1 --",
    "percent": "%s %d {0} {{ x }} {% y %}",
}
# What a browser cannot send but a program can: bytes that are no UTF-8, lone surrogates.
RAW = ("%ff%fe", "%ed%a0%80", "%00", "%", "%zz", "a" * 4_000)


@pytest.fixture
def archive() -> None:
    article = make_article(source=make_source(slug="post"))
    for kind in EntityKind:
        make_tag(article, make_entity(kind, slug=kind))


@pytest.mark.parametrize("path", ["/search/", "/api/search/"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_query_is_answered_quickly(client: Client, archive: None, path: str, text: str) -> None:
    started = time.process_time()
    response = client.get(path, {"q": text})
    assert response.status_code in (200, 400)
    assert time.process_time() - started < 1
    if path == "/search/":
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize(
    "address",
    [
        "/search/?q={}",
        "/search/?party={}",
        "/search/?date={}",
        "/search/?page={}",
        "/search/?sort={}",
        "/api/search/?source={}",
        "/api/entities/?q={}",
        "/entities/party/?q={}",
        "/entities/party/{}/",
        "/entities/{}/",
        "/sources/{}/",
        "/sources/?page={}",
        "/browse/2025/?page={}",
    ],
)
def test_any_bytes_are_answered(client: Client, archive: None, address: str, raw: str) -> None:
    assert client.get(address.format(raw)).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "address",
    [
        "/search/?page=999999999",
        "/search/?page=" + "9" * 5_000,
        "/search/?page_size=" + "9" * 5_000,
        "/entities/party/?page=999999999",
        "/sources/?page=1e400",
        "/sources/?page=NaN",
        "/browse/undated/?page=999999999",
        "/browse/2025/?page=Infinity",
        "/api/entities/?page=999999999999999999999",
    ],
)
def test_a_page_out_of_reach_is_refused(client: Client, archive: None, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/browse/0/",
        "/browse/99999/",
        "/browse/2025/13/",
        "/browse/2025/0/",
        "/browse/2025/2/30/",
        "/browse/" + "9" * 4_000 + "/",
        "/articles/" + "a" * 300 + "/",
        "/entities/animal/",
        "/entities/party/none/",
        "/sources/none/",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, archive: None, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("year", [1, 9999])
def test_the_calendar_has_ends(client: Client, archive: None, year: int) -> None:
    for address in (f"/browse/{year}/", f"/browse/{year}/1/", f"/browse/{year}/12/31/"):
        assert client.get(address).status_code == 200


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(max_size=80),
    name=st.sampled_from(
        ["q", "party", "section", "language", "date", "date_from", "sort", "page", "page_size"]
    ),
)
def test_no_parameter_breaks_a_search(client: Client, archive: None, text: str, name: str) -> None:
    written = quote(text.encode("utf-8", "surrogatepass"))
    response = client.get(f"/search/?{name}={written}")
    assert response.status_code in (200, 400)
