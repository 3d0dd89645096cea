"""Dates as feeds write them, as ISO 8601 with the zone they were written in.

RSS asks for the dates of mail (RFC 822), Atom for ISO 8601, and both are given in many other ways.
A zone that is not known drops the time and leaves the day; nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from archive.exceptions import DateError
from archive.text.dates import MAX_DATE_LENGTH, read_date
from archive.text.wordlists import pairs

_MONTHS = pairs(
    "jan:1 january:1 feb:2 february:2 mar:3 march:3 apr:4 april:4 may:5 jun:6 june:6 jul:7 july:7 "
    "aug:8 august:8 sep:9 sept:9 september:9 oct:10 october:10 nov:11 november:11 dec:12 "
    "december:12"
)
# Names that mean one zone, or nearly always do; those of the armed forces are written wrongly.
_ZONES = pairs(
    "z:+0 ut:+0 utc:+0 gmt:+0 wet:+0 west:+1 bst:+1 cet:+1 met:+1 mez:+1 cest:+2 mest:+2 mesz:+2 "
    "eet:+2 eest:+3 msk:+3 msd:+4 jst:+9 kst:+9 aest:+10 aedt:+11 nzst:+12 nzdt:+13 adt:-3 "
    "est:-5 edt:-4 cst:-6 cdt:-5 mst:-7 mdt:-6 pst:-8 pdt:-7 akst:-9 akdt:-8 hst:-10"
)
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AP]M)\b)?"
)
_ZONE = r"(?P<zone>(?:GMT|UTC?)?[+-]\d{2}:?\d{2}|[A-Z]{1,5})?(?:\s*\([^()]*\))?"
_WEEKDAY = r"(?:[A-Z]{3,9}\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        # Mon, 02 Jun 2025 10:15:00 +0300
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<month>[A-Z]{{3,9}})\.?,?[\s-]+"
        rf"(?P<year>\d{{4}}|\d{{2}})(?:,?\s+{_CLOCK}\s*{_ZONE})?",
        # Mon Jun  2 10:15:00 MSK 2025
        rf"{_WEEKDAY}(?P<month>[A-Z]{{3,9}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s*{_ZONE}\s+"
        rf"(?P<year>\d{{4}})",
        # June 2, 2025, 10:15 MSK
        rf"{_WEEKDAY}(?P<month>[A-Z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}})(?:,?\s+{_CLOCK}\s*{_ZONE})?",
        # 2025-06-02 10:15:00 MSK, 2025/06/02
        rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})"
        rf"(?:[T\s]\s*{_CLOCK}\s*{_ZONE})?",
    )
)
_ISO = re.compile(r"\d{4}(?:-|$|\d{4}(?:T|$))")
_FIRST_YEAR = 1400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def feed_date(written: str) -> str:
    """An ISO 8601 date or date-time with its zone, or EDTF; empty where it cannot be read.

    Days that programs write for want of a date are none: those before printing, and the beginning
    of the clocks of computers.
    """
    written = " ".join(written.split())
    if not written or len(written) > MAX_DATE_LENGTH:
        return ""
    found = written if _ISO.match(written) else ""
    for candidate in filter(None, (found, _read(written))):
        try:
            span = read_date(candidate)
        except DateError:
            continue
        return "" if span.lower.year < _FIRST_YEAR or span.at == _EPOCH else candidate
    return ""


def _read(written: str) -> str:
    for form in _FORMS:
        if match := form.fullmatch(written):
            return _iso(match)
    return ""


def _iso(match: re.Match[str]) -> str:
    month = match["month"].lower()
    number = int(month if month.isdigit() else _MONTHS.get(month, 0))
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 5322, section 4.3
    try:
        day = date(year, number, int(match["day"]))
    except ValueError:
        return ""
    zone = _zone(match["zone"] or "")
    if not match["hour"] or zone is None:
        return day.isoformat()
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    second = min(int(match["second"] or 0), 59)  # a leap second
    try:
        clock = time(hour, int(match["minute"]), second, tzinfo=zone)
    except ValueError:
        return day.isoformat()
    return datetime.combine(day, clock).isoformat()


def _zone(written: str) -> timezone | None:
    name = written.lower()
    offset = re.fullmatch(r"(?:gmt|utc?)?([+-])(\d{2}):?(\d{2})", name)
    if offset is None:
        return timezone(timedelta(hours=int(_ZONES[name]))) if name in _ZONES else None
    minutes = int(offset[2]) * 60 + int(offset[3])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
