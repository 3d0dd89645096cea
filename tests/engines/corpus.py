"""Forty short articles, made up, in eight languages, for the query matrix."""

from __future__ import annotations

from datetime import date

from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec

FACETS = tuple(
    FacetSpec(name=name, multi_valued=name not in {"source", "section", "language"})
    for name in (
        "party",
        "place",
        "person",
        "organisation",
        "topic",
        "source",
        "section",
        "language",
    )
)


def article(
    id_: str,
    language: str,
    headline: str,
    body: str,
    when: str = "",
    tags: str = "",
    *,
    summary: str = "",
    by: tuple[str, ...] = (),
    batch: int | None = None,
) -> IndexDocument:
    """``when`` is a day or ``first/last``; ``tags`` are ``facet=value``, semicolons between."""
    first, _, last = when.partition("/")
    facets: dict[str, tuple[str, ...]] = {"language": (language,)}
    for tag in filter(None, tags.split("; ")):
        facet, _, value = tag.partition("=")
        facets[facet] = (*facets.get(facet, ()), value)
    return IndexDocument(
        id=id_,
        version=1,
        language=language,
        headline=headline,
        summary=summary,
        body=body,
        bylines=by,
        lower=date.fromisoformat(first) if first else None,
        upper=date.fromisoformat(last or first) if first else None,
        facets=facets,
        batch=batch,
    )


EXCHANGE_TAGS = "party=northland; party=southland; place=istanbul; place=turkey"

ARTICLES = (
    # Talks and exchanges
    article(
        "en01",
        "en",
        "Prisoner exchange agreed in Istanbul",
        "Ministers of both sides agreed to exchange prisoners after two days of talks in Istanbul.",
        "2025-06-02",
        EXCHANGE_TAGS + "; section=world; source=post",
        by=("Ann Smith",),
    ),
    article(
        "en02",
        "en",
        "Second round of talks in Istanbul",
        "The talks about a truce went on. No exchange of prisoners was announced.",
        "2025-06-16",
        EXCHANGE_TAGS + "; section=world; source=post",
        by=("Bob Jones", "Ann Smith"),
    ),
    article(
        "en03",
        "en",
        "Truce holds for a month",
        "The truce along the river held in June, observers said, though shells were exchanged.",
        "2025-07-01",
        "party=northland; party=southland; topic=truce; section=world; source=courier",
    ),
    article(
        "en04",
        "en",
        "Prisoners come home",
        "Forty soldiers, prisoners for a year, were exchanged at the border and came home.",
        "2025-06-20",
        "party=southland; place=border; topic=prisoners; section=world; source=courier",
    ),
    article(
        "en05",
        "en",
        "A minister resigns",
        "The minister for energy resigned over gas prices.",
        "2025-05-31",
        "party=southland; person=minister; topic=energy; section=politics; source=post",
        by=("Smith-Jones",),
    ),
    article(
        "en06",
        "en",
        "Gas prices fall",
        "Gas prices fell on the exchange in the capital. Traders of gas expected it.",
        "2024-11-03",
        "topic=energy; section=business; source=post",
        batch=7,
    ),
    article(
        "en07",
        "en",
        "The harvest of the year",
        "A poor harvest of wheat; bread prices rise. The U.S. and the U.K. send grain.",
        "2024-08-01/2024-08-31",
        "topic=harvest; place=northland; section=business; source=courier",
        batch=7,
    ),
    article(
        "en08",
        "en",
        "Wheat and bread",
        "Bread is made of wheat. Wheat is grown in the south; wheat feeds the north.",
        "2024-01-01/2024-12-31",
        "topic=harvest; section=business; source=courier",
        batch=7,
    ),
    article(
        "en09",
        "en",
        "Cup final",
        "The cup goes north: two goals in the last minute decided the match.",
        "2024-05-25",
        "place=northland; section=sport; source=post",
    ),
    article(
        "en10",
        "en",
        "Match postponed",
        "Rain: the match between the capital and the border town was postponed.",
        "2024-05-26",
        "place=border; section=sport; source=courier",
    ),
    article(
        "en11",
        "en",
        "O’Brien’s bridge reopens",
        "The bridge named after O'Brien was rebuilt; the river is crossed again.",
        "1998-04-10",
        "place=border; section=local, north; source=post",
        by=("C. D'Angelo",),
    ),
    article(
        "en12",
        "en",
        "Old treaty found",
        "A treaty signed in 1920 was found in the archive. Its seal is intact.",
        "",
        "topic=history; source=archive",
    ),
    article(
        "en13",
        "en",
        "Letters from the border",
        "Undated letters of soldiers speak of a truce, of bread, and of home.",
        "",
        "place=border; topic=history; source=archive",
        batch=8,
    ),
    article(
        "en14",
        "en",
        "Elections called",
        "Elections will be held in autumn; the minister of justice said so.",
        "2025-05-01/2025-05-31",
        "party=northland; section=politics; source=courier",
    ),
    article(
        "en15",
        "en",
        "Café by the river",
        "A café opened where the old mill stood. Naïve paintings hang there.",
        "2025-04-01",
        "place=border; section=local, north; source=post",
    ),
    article(
        "en16",
        "en",
        "COVID-19 figures",
        "Covid-19 cases: 1,250 this week, fewer than last week. e-mail us.",
        "2021-01-15",
        "topic=health; section=health; source=post",
    ),
    article(
        "en17",
        "en",
        "Editor's note",
        "We corrected the number of soldiers in an article about the exchange.",
        "2025-06-21",
        "section=politics; source=courier",
        summary="A correction on prisoners.",
    ),
    article("en18", "en", "", "", "2020-02-29", "source=archive"),
    article(
        "en19",
        "en",
        "Talks about talks",
        "Talks, talks, talks: the sides talk about talking.",
        "2025-06-10",
        "party=northland; section=world; source=courier",
    ),
    article(
        "en20",
        "en",
        "Northland joins the customs union",
        "Northland and the union signed the treaty. Customs end in 2026.",
        "2025-12-31/2026-01-01",
        "party=northland; organisation=union; section=business; source=post",
    ),
    # German
    article(
        "de01",
        "de",
        "Gefangenenaustausch in Istanbul vereinbart",
        "Die Minister einigten sich in Istanbul auf einen Austausch der Gefangenen.",
        "2025-06-03",
        EXCHANGE_TAGS + "; source=bote",
    ),
    article(
        "de02",
        "de",
        "Häuser am Fluss",
        "Am Fluss werden Häuser gebaut. Ein Haus steht schon; die Straße ist neu.",
        "2025-03-01",
        "place=border; source=bote",
    ),
    article(
        "de03",
        "de",
        "Gift im Getreide",
        "Im Getreide wurde Gift gefunden, sagte die Ministerin. Das Brot ist sicher.",
        "2024-09-01/2024-09-30",
        "topic=harvest; topic=health; source=bote",
    ),
    article(
        "de04",
        "de",
        "Waffenruhe",
        "Die Waffenruhe hielt einen Monat.",
        "2025-07-02",
        "topic=truce; source=bote",
    ),
    # Ukrainian, Russian
    article(
        "uk01",
        "uk",
        "Обмін полоненими у Стамбулі",
        "Сторони домовилися про обмін полоненими. Перемовини тривали два дні.",
        "2025-06-02",
        EXCHANGE_TAGS + "; source=visnyk",
    ),
    article(
        "uk02",
        "uk",
        "Перемир'я",
        "Перемир’я тримається, кажуть у столиці. Обмін триває.",
        "2025-07-01",
        "topic=truce; source=visnyk",
    ),
    article("uk03", "uk", "Хліб і поле", "Врожай зібрано.", "2024-08-15", "topic=harvest"),
    article(
        "ru01",
        "ru",
        "Обмен пленными",
        "Стороны договорились об обмене пленными в Стамбуле.",
        "2025-06-02",
        EXCHANGE_TAGS + "; source=vestnik",
    ),
    article(
        "ru02",
        "ru",
        "Министры встретились",
        "Министр энергетики и министр юстиции провели встречу.",
        "2025-05-15",
        "section=politics; source=vestnik",
    ),
    # French, Spanish
    article(
        "fr01",
        "fr",
        "Échange de prisonniers à Istanbul",
        "Les ministres se sont mis d'accord sur un échange de prisonniers.",
        "2025-06-02",
        EXCHANGE_TAGS + "; source=gazette",
    ),
    article(
        "fr02",
        "fr",
        "L'été des cafés",
        "Les cafés du fleuve ouvrent en été. Le pain est bon.",
        "2025-06-01/2025-08-31",
        "place=border; source=gazette",
    ),
    article(
        "es01",
        "es",
        "Canje de prisioneros",
        "Los ministros acordaron un canje de prisioneros en Estambul.",
        "2025-06-03",
        "party=northland; place=istanbul; place=turkey; source=diario",
    ),
    # Arabic
    article(
        "ar01",
        "ar",
        "تبادل الأسرى في إسطنبول",
        "اتفق الوزراء على تبادل الأسرى بعد يومين من المحادثات.",
        "2025-06-02",
        EXCHANGE_TAGS + "; source=sahifa",
    ),
    article("ar02", "ar", "هُدنة", "الهدنة صامدة منذ شهر.", "2025-07-01", "topic=truce"),
    # Chinese, Japanese
    article(
        "zh01",
        "zh",
        "双方在伊斯坦布尔同意交换战俘",
        "经过两天的会谈，双方部长同意交换战俘。",
        "2025-06-02",
        EXCHANGE_TAGS + "; source=ribao",
    ),
    article("zh02", "zh", "停战协定", "停战协定已签署一个月。", "2025-07-01", "topic=truce"),
    article("zh03", "zh", "面包和小麦", "小麦歉收，面包涨价。", "2024-08-20", "topic=harvest"),
    article("ja01", "ja", "捕虜の交換", "捕虜の交換が合意された。", "2025-06-02", "place=istanbul"),
    # A language that is not known
    article("xx01", "und", "Istanbul 2025", "Talks talks", "2025-06-02", "place=istanbul"),
    article("xx02", "und", "", "exchange exchanges", "", "topic=history", batch=8),
)
