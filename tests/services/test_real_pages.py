"""Real web pages, packed files and hostile documents: what becomes of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.models import Article, ImportRecord
from archive.services.importing import import_paths

pytestmark = pytest.mark.django_db

# File, then headline, date, language and a phrase of the text.
TAKEN = [
    ("html/trafilatura/apache.html", "Apache Status", "", "en", "Server Version: Apache/2.4.7"),
    ("html/trafilatura/exotic_tags.html", "invalid TEI tag", "", "en", "My new car is silver."),
    (
        "html/trafilatura/http_sample.html",
        "Herman Melville - Moby-Dick",
        "",
        "en",
        "old man's was a patient hammer wielded by a patient arm",
    ),
    (
        "html/trafilatura/httpbin_sample.html",
        "Herman Melville - Moby-Dick",
        "",
        "en",
        "old man's was a patient hammer wielded by a patient arm",
    ),
    (
        "html/trafilatura/mozilla.org.firefox.developer.html",
        "Welcome to Firefox Developer Edition",
        "",
        "en",
        "Get to know the features that make it the most complete browser",
    ),
    ("html/trafilatura/scam.html", "Scam List of Tor", "", "en", "LordPay Transfers"),
    ("html/trafilatura/utf8.html", "Unicode Demo", "", "en", "∮ E⋅da = Q, n → ∞"),
    (
        "html/trafilatura/webpage.html.gz",
        "Could Manchin Actually Leave The Democratic Party?",
        "2021-10-25",
        "en-US",
        "party switches are actually rare",
    ),
    ("malicious/defusedxml/dtd.xml", "", "", "und", "text"),
    ("warc/example.warc", "Example Domain", "", "en", "to be used for illustrative examples"),
    (
        "warc/example-bad.warc.gz.bad",
        "Example Domain",
        "",
        "en",
        "to be used for illustrative examples",
    ),
]
# File, then what the sentence that says why speaks of. A reader of feeds may answer for any XML.
REFUSED = [
    ("malicious/defusedxml/cyclic.xml", "format|entities|feed"),
    ("malicious/defusedxml/external.xml", "format|entities|feed"),
    ("malicious/defusedxml/external_file.xml", "format|entities|feed"),
    ("malicious/defusedxml/quadratic.xml", "format|entities|feed"),
    ("malicious/defusedxml/simple-ns.xml", "format|entities|feed"),
    ("malicious/defusedxml/simple.xml", "format|entities|feed"),
    ("malicious/defusedxml/xalan_exec.xsl", "format"),
    ("malicious/defusedxml/xalan_write.xsl", "format"),
    ("malicious/defusedxml/xmlbomb.xml", "format|entities|feed"),
    ("malicious/defusedxml/xmlbomb2.xml", "format|entities|feed"),
    ("warc/example-trunc.warc", "http://example.com/: The record does not end"),
    ("feeds/feedparser/compression/deflate-no-headers.z", "format"),
    ("feeds/feedparser/compression/deflate.z", "format"),
    ("feeds/feedparser/compression/gzip-struct-error.gz", "gzip data|format"),
]
# Named as HTML, each is refused for what it is, or is no more than its words.
AS_PAGES = [
    ("cyclic.xml", "declares entities"),
    ("external.xml", "declares entities"),
    ("external_file.xml", "declares entities"),
    ("quadratic.xml", "declares entities"),
    ("xmlbomb.xml", "declares entities"),
    ("xmlbomb2.xml", "declares entities"),
    ("xalan_exec.xsl", "No text"),
]


def test_what_becomes_of_each(sample_data: Path) -> None:
    names = [row[0] for row in (*TAKEN, *REFUSED)]
    paths = [str(sample_data / name) for name in names]
    report = import_paths(paths=paths, index=False)

    refused: dict[str, list[str]] = {}
    for reject in report.rejects:
        refused.setdefault(reject.path, []).append(reject.reason)
    for name, headline, published, language, phrase in TAKEN:
        path = str(sample_data / name)
        assert path not in refused, name
        article = ImportRecord.objects.get(path=path).article
        assert article is not None, name
        assert article.headline == headline, name
        assert str(article.published) == published, name
        assert article.language == language, name
        assert phrase in article.body, name
    for name, said in REFUSED:
        (reason,) = refused.pop(str(sample_data / name))
        assert re.search(said, reason), name
    assert not refused


def test_web_archives_that_bring_nothing_new(sample_data: Path) -> None:
    """The same page, compressed record by record; and requests alone."""
    names = ("example.warc", "example.warc.gz", "example-digest.warc")
    paths = [str(sample_data / "warc" / name) for name in names]
    report = import_paths(paths=paths, index=False)
    assert (report.created, report.unchanged, report.rejected) == (1, 1, 0)
    article = Article.objects.get()
    assert (article.canonical_url, str(article.published)) == ("http://example.com/", "")


def test_hostile_documents_that_call_themselves_pages(sample_data: Path) -> None:
    folder = sample_data / "malicious" / "defusedxml"
    paths = [str(folder / name) for name, _ in AS_PAGES]
    report = import_paths(paths=paths, format="html", index=False)
    assert [reject.path for reject in report.rejects] == paths
    for reject, (_, said) in zip(report.rejects, AS_PAGES, strict=True):
        assert said in reject.reason
    assert not Article.objects.exists()


def test_all_in_a_folder(sample_data: Path) -> None:
    report = import_paths(paths=[str(sample_data / "html")], index=False)
    # Two of the pages say the same, and are one article.
    assert (report.created, report.unchanged, report.rejected) == (8, 1, 0)
    assert [note.rpartition("/")[2].partition(":")[0] for note in report.notes] == ["LICENSE"]
