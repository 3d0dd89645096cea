from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.formats import plain_text
from archive.formats.base import ArticleRecord, Received, Reference
from archive.formats.plain_text import PlainTextReader, decode, read_text

HEAD = "Headline\n\nText.\n\n"


def read(content: bytes) -> Received:
    (received,) = PlainTextReader().read(io.BytesIO(content))
    return received


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("Headline\n\nOne.\n\nTwo.\n", "Headline", "One.\n\nTwo."),
        ("\n\n  Headline \r\n\r\nOne\r\ngoes on.\r\n\r\nTwo.", "Headline", "One goes on.\n\nTwo."),
        ("Headline", "Headline", ""),
        ("Headline\nOne.", "Headline", "One."),
        ("Заголовок\n\nТекст.", "Заголовок", "Текст."),
        ("x" * 1001 + "\n\nMore.", "", "x" * 1001 + "\n\nMore."),
    ],
)
def test_headline_and_paragraphs(text: str, headline: str, body: str) -> None:
    record = read_text(text)
    assert (record.headline, record.body) == (headline, body)


@pytest.mark.parametrize(
    "tag", ["<DOC>", "<html lang='en'>", '<?xml version="1.0"?>', "<!DOCTYPE a>"]
)
def test_a_tag_is_no_headline(tag: str) -> None:
    with pytest.raises(RecordError, match="begins with the tag <") as caught:
        read_text(f"\n{tag}\nText.\n")
    assert caught.value.line == 2


@pytest.mark.parametrize("headline", ["<3 for the harbour", "a < b > c", "<b>Bold</b> move"])
def test_a_headline_may_hold_angles(headline: str) -> None:
    assert read_text(f"{headline}\n\nText.").headline == headline


def test_nothing_is_invented() -> None:
    assert read_text(HEAD) == ArticleRecord(headline="Headline", body="Text.")


@pytest.mark.parametrize(
    ("section", "labels"),
    [
        ("Related Sources:\n\n• A • B • C", ["A", "B", "C"]),
        ("Related Sources:\n\n•\u00a0A\u00a0•\u00a0B", ["A", "B"]),
        ("Related Sources:\n• A\n• B\n", ["A", "B"]),
        ("Related Sources:\n\n• A\n\n• B\n", ["A", "B"]),
        ("related sources\n- A\n- B - second part\n", ["A", "B - second part"]),
        ("RELATED SOURCES:\n- A - B - C", ["A", "B", "C"]),
        ("Related Sources:\n* A\n* B", ["A", "B"]),
        ("Related Sources:\n– A\n– B", ["A", "B"]),
        ("Related Sources: • A • B", ["A", "B"]),
        ("Related Sources:\nA\nB", ["A", "B"]),
        ("Related Sources:\n• A label that\ngoes on\n• B", ["A label that goes on", "B"]),
        ("Related Source:\n• A", ["A"]),
        ("Related Sources:\n• -\n•\n", ["-"]),
        ("Related Sources:\n", []),
    ],
)
def test_related_sources(section: str, labels: list[str]) -> None:
    record = read_text(HEAD + section)
    assert [reference.label for reference in record.references] == labels
    assert record.body == "Text."


@pytest.mark.parametrize(
    ("item", "reference"),
    [
        ("Notice, https://a.example/1", Reference(label="Notice", url="https://a.example/1")),
        ("Notice (https://a.example/1)", Reference(label="Notice", url="https://a.example/1")),
        ("https://a.example/1: Notice", Reference(label="Notice", url="https://a.example/1")),
        (
            "https://a.example/",
            Reference(label="https://a.example/", url="https://a.example/"),
        ),
        ("javascript:alert(1)", Reference(label="javascript:alert(1)")),
    ],
)
def test_addresses_of_related_sources(item: str, reference: Reference) -> None:
    assert read_text(f"{HEAD}Related Sources:\n• {item}").references == (reference,)


def test_what_follows_the_closing_section_stays_in_the_text() -> None:
    record = read_text(f"{HEAD}Related Sources:\n\n• A • B\n\nPrinted on the quay.")
    assert len(record.references) == 2
    assert record.body == "Text.\n\nPrinted on the quay."


def test_a_sentence_about_related_sources_is_no_section() -> None:
    record = read_text("Headline\n\nRelated sources said so.\n\n• Not a source")
    assert record.references == ()
    assert "Not a source" in record.body


@pytest.mark.parametrize(
    "content",
    [
        "Überschrift — „A“".encode(),
        "\ufeffÜberschrift — „A“".encode(),
        "\ufeffÜberschrift — „A“".encode("utf-16-le"),
        "\ufeffÜberschrift — „A“".encode("utf-16-be"),
        "Überschrift — „A“".encode("cp1252"),
    ],
)
def test_encodings(content: bytes) -> None:
    assert decode(content) == "Überschrift — „A“"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no text"),
        (b" \r\n \n", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"\0\1\2\3", "not text"),
        ("Überschrift für Möwen".encode() + b"\xff\n", "does not fit the encoding"),
        ("Заголовок статьи".encode("cp1251"), "neither UTF-8 nor Western"),
        (b"\xe4\x01\x02", "neither UTF-8 nor Western"),
        (b"\xff\xfeA", "does not fit the encoding"),
    ],
)
def test_what_is_not_text_is_rejected_with_its_bytes(content: bytes, said: str) -> None:
    received = read(content)
    assert received.error is not None
    assert said in str(received.error)
    assert received.content == content


def test_damage_is_told_by_its_line() -> None:
    received = read("Überschrift für\n\nMöwen ".encode() + b"\xff\n")
    assert received.error is not None
    assert received.error.line == 3


def test_a_file_beyond_the_bound_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_text, "MAX_RECORD_BYTES", 10)
    assert "larger than" in str(read(b"x" * 11).error)
    assert read(b"x" * 10).record


@given(st.binary(max_size=300))
def test_any_bytes_give_a_record_or_a_reason(content: bytes) -> None:
    received = read(content)
    assert (received.record is None) != (received.error is None)
    assert received.content == content
    if received.record is not None:
        assert received.record.headline or received.record.body


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        record = read_text(f"{HEAD}Related Sources:\n{text}")
    except RecordError:
        return
    assert record.headline == "Headline"
    assert all(reference.label for reference in record.references)


def test_the_received_document(sample_data: Path) -> None:
    (path,) = (sample_data / "received").glob("*.txt")
    received = read(path.read_bytes())
    assert received.record is not None
    labels = [reference.label for reference in received.record.references]
    assert labels == ["Source 1", "Source 2", "Source 3", "Source 4"]
    assert received.record.published == received.record.source == ""
    assert len(received.record.body.split("\n\n")) == 5


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("koi8_r", "Министерство сообщило, что мост через реку будет открыт после ремонта. "),
        ("cp1251", "Министерство сообщило, что мост через реку будет открыт после ремонта. "),
        ("cp1253", "Η γέφυρα πάνω από το ποτάμι θα ανοίξει τη Δευτέρα μετά τις επισκευές. "),
        ("cp1256", "أعلنت وزارة النقل أن الجسر فوق النهر سيفتح يوم الاثنين بعد أعمال الصيانة. "),
        ("cp1255", "משרד התחבורה הודיע כי הגשר מעל הנהר ייפתח ביום שני לאחר עבודות שיפוץ. "),
        (
            "euc_jp",
            "川に架かる橋は修理を終えて月曜日に開通すると運輸省が発表した。工事は一年半かかった。",
        ),
        (
            "big5",
            "交通部宣布，經過維修，河上的大橋將於星期一重新開放。工程歷時一年半。居民表示歡迎。",
        ),
        ("cp949", "교통부는 강 위의 다리가 수리를 마치고 월요일에 다시 개통된다고 발표했다. "),
    ],
)
def test_the_encoding_of_a_region_is_told_by_its_letters(encoding: str, text: str) -> None:
    text *= 3
    (received,) = PlainTextReader().read(io.BytesIO(text.encode(encoding)))
    assert received.record is not None
    assert received.record.headline == text.strip()
