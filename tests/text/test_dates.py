"""Dates as suppliers write them."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.exceptions import DateError
from archive.text.dates import DateSpan, english, read_date, read_period

D = date.fromisoformat
PLUS_THREE = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("text", "edtf", "lower", "upper"),
    [
        ("2025-06-02", "2025-06-02", "2025-06-02", "2025-06-02"),
        (" 2025-06-02\n", "2025-06-02", "2025-06-02", "2025-06-02"),
        ("20250602", "2025-06-02", "2025-06-02", "2025-06-02"),
        ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("2025-06", "2025-06", "2025-06-01", "2025-06-30"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025", "2025-01-01", "2025-12-31"),
        ("0001", "0001", "0001-01-01", "0001-12-31"),
        ("9999-12", "9999-12", "9999-12-01", "9999-12-31"),
        ("199X", "199X", "1990-01-01", "1999-12-31"),
        ("19XX", "19XX", "1900-01-01", "1999-12-31"),
        ("1998~", "1998~", "1998-01-01", "1998-12-31"),
        ("1984?", "1984?", "1984-01-01", "1984-12-31"),
        ("1998%", "1998%", "1998-01-01", "1998-12-31"),
        ("2004-06~-11", "2004-06~-11", "2004-06-11", "2004-06-11"),
        ("2004-06-XX", "2004-06-XX", "2004-06-01", "2004-06-30"),
        ("1999-XX", "1999-XX", "1999-01-01", "1999-12-31"),
        ("2004-11/2004-12", "2004-11/2004-12", "2004-11-01", "2004-12-31"),
        ("1984-06-02/2004-08-08", "1984-06-02/2004-08-08", "1984-06-02", "2004-08-08"),
        ("2001-21", "2001-21", "2001-03-01", "2001-05-31"),
        ("2001-23", "2001-23", "2001-09-01", "2001-11-30"),
        ("2001-24", "2001-24", "2001-12-01", "2002-02-28"),
        ("9999-24", "9999-24", "9999-12-01", "9999-12-31"),
        ("2001-34", "2001-34", "2001-04-01", "2001-06-30"),
        ("[1667,1668]", "[1667,1668]", "1667-01-01", "1668-12-31"),
        ("{1667, 1670..1672}", "{1667, 1670..1672}", "1667-01-01", "1672-12-31"),
    ],
)
def test_a_date_spans_its_first_to_its_last_possible_day(
    text: str, edtf: str, lower: str, upper: str
) -> None:
    assert read_date(text) == DateSpan(edtf=edtf, lower=D(lower), upper=D(upper))


@pytest.mark.parametrize(
    ("text", "edtf", "at"),
    [
        ("2025-06-02T10:15:00Z", "2025-06-02", datetime(2025, 6, 2, 10, 15, tzinfo=UTC)),
        ("2025-06-02t10:15z", "2025-06-02", datetime(2025, 6, 2, 10, 15, tzinfo=UTC)),
        (
            "2025-06-02T01:15:00+03:00",  # still 1 June in Greenwich: the local day counts
            "2025-06-02",
            datetime(2025, 6, 2, 1, 15, tzinfo=PLUS_THREE),
        ),
        ("20250602T101500+0300", "2025-06-02", datetime(2025, 6, 2, 10, 15, tzinfo=PLUS_THREE)),
        ("2025-06-02 10:15:00 +03", "2025-06-02", datetime(2025, 6, 2, 10, 15, tzinfo=PLUS_THREE)),
        (
            "2025-06-02T10:15:00.1234567Z",
            "2025-06-02",
            datetime(2025, 6, 2, 10, 15, 0, 123456, tzinfo=UTC),
        ),
        ("2016-12-31T23:59:60Z", "2016-12-31", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2025-06-02T10:15:00", "2025-06-02", None),
        ("2025-06-02 10:15", "2025-06-02", None),
    ],
)
def test_a_time_is_kept_only_with_its_zone(text: str, edtf: str, at: datetime | None) -> None:
    span = read_date(text)
    assert (span.edtf, span.lower, span.upper) == (edtf, D(edtf), D(edtf))
    assert span.at == at
    if at is not None:
        assert span.at is not None
        assert span.at.utcoffset() == at.utcoffset()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("yesterday", "not a date"),
        ("2025-02-30", "no day 2025-02-30"),
        ("20250230", "no day 2025-02-30"),
        ("2025-13", "not a date"),
        ("2025-6-2", "2025-06-02"),
        ("0000", "year 0"),
        ("0000-05", "year 0"),
        ("0000-24", "year 0"),
        ("-0100", "outside the calendar"),
        ("XXXX", "outside the calendar"),
        ("Y170000002", "beyond 9999"),
        ("Y1E999999999", "beyond 9999"),
        ("../2025", "open end"),
        ("2025/..", "open end"),
        ("2025/", "open end"),
        ("/2025", "open end"),
        ("[..1984]", "open end"),
        ("{1984..}", "open end"),
        ("2025/2024", "ends before it begins"),
        ("1985-X5", "not a date"),
        ("2025-06-02T25:00Z", "not a time"),
        ("2025-06-02T10:15:00+25:00", "not a time"),
        ("2025-06-02T10:15:00+03:75", "not a time"),
        ("2025-06-02T10:99Z", "not a time"),
        ("2025-06-02T10:15 CET", "not a date"),
        ("0001-01-01T00:00:00+14:00", "not a time"),
        ("9999-12-31T23:00:00-14:00", "not a time"),
        ("٢٠٢٥", "not a date"),
        ("2025\x00", "not a date"),
        ("2025-06-02\ud800", "not a date"),
        ("9" * 5000, "5000 characters"),
        ("{" * 64, "not a date"),
        ("x" * 100_000, "too long"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str, part: str) -> None:
    started = time.process_time()
    with pytest.raises(DateError) as caught:
        read_date(text)
    message = str(caught.value)
    assert part in message
    assert message.isprintable()
    assert message.endswith(".")
    assert len(message) < 400
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-06-02"])
def test_periods_are_years_months_and_days(text: str) -> None:
    assert read_period(text) == read_date(text)


@pytest.mark.parametrize(
    "text", ["20250602", "199X", "1998~", "2025-06-02T10:15Z", "2004/2005", "none", "", "2" * 99]
)
def test_nothing_else_is_a_period(text: str) -> None:
    with pytest.raises(DateError):
        read_period(text)


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("", "undated"),
        ("2025-06-02", "2 June 2025"),
        ("2025-06", "June 2025"),
        ("2025", "2025"),
        ("0987", "987"),
        ("1998~", "about 1998"),
        ("1984?", "perhaps 1984"),
        ("1984%", "perhaps about 1984"),
        ("2004-06~", "about June 2004"),
        ("2004?-06-11", "perhaps 11 June 2004"),
        ("199X", "1990s"),
        ("19XX", "1900 to 1999"),
        ("1999-XX", "1999 (month unknown)"),
        ("2004-06-XX", "June 2004 (day unknown)"),
        ("2004-XX-XX", "2004 (month unknown)"),
        ("2001-21", "spring 2001"),
        ("2001-34", "second quarter of 2001"),
        ("2004-11/2004-12", "November to December 2004"),
        ("2004-12/2005-01", "December 2004 to January 2005"),
        ("2025-06-02/2025-06-05", "2 to 5 June 2025"),
        ("2025-06-28/2025-07-02", "28 June to 2 July 2025"),
        ("2025-06/2025-07-02", "June 2025 to 2 July 2025"),
        ("1984/1986", "1984 to 1986"),
        ("1984~/1986", "about 1984 to 1986"),
        ("2001-21/2001-22", "spring to summer 2001"),
        ("[1667,1668]", "1667 or 1668"),
        ("{1667, 1670..1672}", "1667 and 1670 to 1672"),
        ("156X-12-25", "156X-12-25"),
        ("no date", "no date"),
    ],
)
def test_dates_are_said_in_english(edtf: str, said: str) -> None:
    assert english(edtf) == said


EDTF_LIKE = st.text(st.sampled_from("0123456789X?~%/.,[]{} -TZ:+YES"), max_size=24)


@given(st.one_of(EDTF_LIKE, st.text(max_size=80), st.from_regex(r"[12][0-9X]{3}(-[0-9X]{2}){0,2}")))
@example("2004-06-11/1984")
@example("1985-X5")
def test_any_text_is_a_span_in_order_or_a_date_error(text: str) -> None:
    english(text)
    try:
        span = read_date(text)
    except DateError:
        return
    assert span.lower <= span.upper
    assert read_date(span.edtf) == DateSpan(edtf=span.edtf, lower=span.lower, upper=span.upper)


@given(st.dates())
def test_every_day_of_the_calendar_reads_as_itself(day: date) -> None:
    assert read_date(day.isoformat()) == DateSpan(edtf=day.isoformat(), lower=day, upper=day)
    said = english(day.isoformat())
    assert re.fullmatch(r"[1-9][0-9]? [A-Z][a-z]+ [1-9][0-9]*", said)
