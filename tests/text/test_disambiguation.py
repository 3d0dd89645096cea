"""A name that may be a place or a party, told apart by the words beside it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.cues import CUES
from archive.text.disambiguation import Reading, read_mentions
from archive.text.gazetteer import Gazetteer, GazetteerEntry
from tests.text.plain_names import plain_readings

# Names by language: the party's own, its metonyms, the places that bear those names.
STATES = {
    "": ["Russia Russie Rusia Russland", "Ukraine", "Belarus"],
    "uk": ["Росія Росії Росією Росію", "Україна України Україні Україною"],
    "ru": ["Россия России Россией Россию", "Украина Украины Украине Украиной Украину"],
    "ar": ["روسيا", "أوكرانيا"],
    "es": ["Rusia", "Ucrania"],
}
CAPITALS = {
    "": ["Moscow Moskau Moscou Moscú", "Kyiv Kiew Kiev", "Minsk"],
    "uk": ["Москва Москві Москви Москвою Москву", "Київ Києва Києві Києвом"],
    "ru": ["Москва Москве Москвы Москвой Москву", "Киев Киева Киеве Киевом"],
    "ar": ["موسكو", "كييف"],
}


def vocabulary() -> list[GazetteerEntry]:
    entries = []
    for language, states in STATES.items():
        for number, names in enumerate(states):
            for name in names.split():
                for key, kind in ((number, "party"), (100 + number, "place")):
                    entries.append(GazetteerEntry(key=key, kind=kind, name=name, language=language))
    for language, capitals in CAPITALS.items():
        for number, names in enumerate(capitals):
            for name in names.split():
                entries.append(
                    GazetteerEntry(
                        key=number, kind="party", name=name, language=language, metonym=True
                    )
                )
                entries.append(
                    GazetteerEntry(key=200 + number, kind="place", name=name, language=language)
                )
    others = [
        (300, "place", "Istanbul", False),
        (301, "place", "Vienna", False),
        (302, "place", "Austria", False),
        (0, "party", "Kremlin", True),
        (303, "person", "Anna Weber", False),
        (304, "person", "Weber", False),
        (303, "person", "Weber", False),
        (305, "place", "Georgia", False),
        (306, "place", "Georgia", False),
        (307, "party", "Georgia", False),
        (308, "organisation", "Union", False),
        (309, "person", "Union", False),
        (310, "party", "Free Army", False),
    ]
    entries += [
        GazetteerEntry(key=key, kind=kind, name=name, metonym=metonym)
        for key, kind, name, metonym in others
    ]
    return entries


GAZETTEER = Gazetteer(vocabulary())


def readings(text: str, language: str) -> list[Reading]:
    return read_mentions(text, GAZETTEER.find(text, language), language)


def kinds(text: str, language: str = "en") -> str:
    """The kind of each mention in order, ``?`` where it is not sure."""
    said: dict[int, str] = {}
    for reading in readings(text, language):
        said[reading.mention.start] = reading.entry.kind if reading.sure else "?"
    return " ".join(said.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a state's own name
        ("Russia and Ukraine have initiated a new phase", "party party"),
        ("Ukraine received its prisoners back.", "party"),
        ("Ukraine's army", "party"),
        ("relations between Russia and Ukraine", "party party"),
        ("the president of Russia", "party"),
        ("receiving medical assistance in Belarus", "place"),
        ("in eastern Ukraine", "place"),
        ("across all of Ukraine", "place"),
        ("He returned to Russia from Belarus.", "place place"),
        ("fires in Russia and Ukraine", "place place"),
        ("troops near the border of Ukraine", "place"),
        ("according to Russia", "party"),
        ("Delegations from Russia and Ukraine met in Istanbul", "party party place"),
        ("centres in Russia, the Ukraine and Belarus took part", "place place place"),
        ("shared by Russia, Ukraine and Belarus", "party party party"),
        # capitals
        ("agreement negotiated in Istanbul", "place"),
        (
            "Recently, there have been disagreements between Moscow and Kyiv over the timing",
            "party party",
        ),
        ("A train left Moscow at noon", "?"),
        ("Moscow is cold in winter", "?"),
        ("He walked through Moscow.", "place"),
        ("Moscow said on Monday that talks had failed.", "party"),
        ("Moscow has repeatedly rejected the demand.", "party"),
        ("Moscow and Kyiv agreed to a truce.", "party party"),
        ("Moscow, Kyiv announced", "? party"),
        ("Officials in Moscow said", "place"),
        ("Talks with Moscow continued.", "party"),
        ("an agreement with Moscow and Kyiv", "party party"),
        ("He went for a walk with Moscow friends", "?"),
        ("sanctions against Moscow", "party"),
        ("sanctions on Moscow", "party"),
        ("according to Kyiv", "party"),
        ("they accused Moscow of delays", "party"),
        ("The raid was condemned by Kyiv", "party"),
        ("a house by Kyiv", "?"),
        ("Moscow's foreign ministry", "party"),
        ("Moscow’s new demands", "party"),
        ("Moscow's streets", "place"),
        ("Moscow's winter", "?"),
        ("the Moscow region", "place"),
        ("a Moscow-backed group", "party"),
        ("a Kyiv-based analyst", "place"),
        ("pro-Moscow and anti-Kyiv marches", "party party"),
        ("near the town of Minsk", "place"),
        ("the capital Kyiv", "place"),
        ("the city of Kyiv", "place"),
        ("outside of Kyiv", "place"),
        ("He flew from Minsk to Kyiv.", "place place"),
        ("in Moscow and Minsk", "place place"),
        ("in Vienna, Austria.", "place place"),
        ("in Moscow, Minsk and Kyiv.", "place place place"),
        ("In Istanbul, Russia and Ukraine agreed to meet.", "place party party"),
        ("In Istanbul, Russia has proposed a date", "place party"),
        ("In Moscow, Ukraine's envoy", "place party"),
        ("MOSCOW (Agency) — The talks", "place"),
        ("Headline\n\nKyiv, 2 June — The talks", "place"),
        ("MINSK — The talks", "place"),
        ("Russia – Ukraine: what next", "party party"),
        ("the Kremlin", "?"),
        ("the Kremlin said", "party"),
        ("in the Kremlin", "?"),
        # names of one kind
        ("in the Free Army", "party"),
        ("Anna Weber", "person"),
        ("Weber said", "?"),
        ("in Georgia", "?"),
        ("Georgia agreed", "party"),
        ("the Union", "?"),
    ],
)
def test_english(text: str, expected: str) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Zwischen Moskau und Kiew gibt es Streit", "party party"),
        ("de", "In Moskau begannen Gespräche", "place"),
        ("de", "Moskau erklärte am Montag", "party"),
        ("de", "Wie Kiew mitteilte, teilte Moskau mit", "? party"),
        ("de", "Gespräche mit Moskau", "party"),
        ("de", "Menschen aus der Ukraine", "place"),
        ("de", "in der Nähe von Kiew", "place"),
        ("de", "Delegationen aus Russland und der Ukraine", "party party"),
        ("de", "Die Ukraine hat zugestimmt", "party"),
        ("de", "Ein Zug verließ Moskau", "?"),
        ("uk", "Між Москвою та Києвом тривають суперечки", "party party"),
        ("uk", "У Москві почалися переговори", "place"),
        ("uk", "Москва заявила про це", "party"),
        ("uk", "Про це заявив Київ", "party"),
        ("uk", "переговори з Москвою", "party"),
        ("uk", "поїзд з Москви", "place"),
        ("uk", "Росія та Україна домовилися", "party party"),
        ("uk", "допомога в Україні", "place"),
        ("uk", "війська на сході України", "place"),
        ("uk", "Поїзд минув Київ", "?"),
        ("ru", "Между Москвой и Киевом есть разногласия", "party party"),
        ("ru", "Встреча прошла в Москве", "place"),
        ("ru", "события на Украине", "place"),
        ("ru", "Москва заявила протест", "party"),
        ("ru", "переговоры с Киевом", "party"),
        ("ru", "беженцы с Украины", "place"),
        ("ru", "Россия и Украина начали обмен", "party party"),
        ("ru", "Поезд миновал Киев", "?"),
        ("ar", "خلافات بين موسكو وكييف", "party party"),
        ("ar", "اجتماع في موسكو", "place"),
        ("ar", "اجتماع بموسكو", "place"),
        ("ar", "أعلنت موسكو ذلك", "party"),
        ("ar", "محادثات مع كييف", "party"),
        ("ar", "روسيا وأوكرانيا", "party party"),
        ("ar", "كل من روسيا وأوكرانيا", "party party"),
        ("ar", "غادر القطار موسكو", "?"),
        ("fr", "les tensions entre Moscou et Kiev", "party party"),
        ("fr", "une réunion à Moscou", "place"),
        ("fr", "la guerre en Ukraine", "place"),
        ("fr", "l’Ukraine et la Russie ont convenu", "party party"),
        ("fr", "près de Moscou", "place"),
        ("fr", "Moscou a annoncé une trêve", "party"),
        ("fr", "des pourparlers avec Moscou", "party"),
        ("fr", "Un train a quitté Moscou", "?"),
        ("es", "las tensiones entre Moscú y Kiev", "party party"),
        ("es", "una reunión en Moscú", "place"),
        ("es", "Moscú anunció una tregua", "party"),
        ("es", "acusó a Moscú", "party"),
        ("es", "conversaciones con Moscú", "party"),
        ("es", "en Ucrania y Rusia", "place place"),
        ("es", "Un tren salió; Moscú dormía", "?"),
        # no cues for the language: no guess
        ("sv", "i Ukraine", "?"),
        ("sv", "Moscow", "?"),
        ("sv", "Istanbul", "place"),
    ],
)
def test_other_languages(language: str, text: str, expected: str) -> None:
    assert kinds(text, language) == expected


def test_doubt_names_every_candidate() -> None:
    doubtful = readings("A train left Moscow at noon", "en")
    assert [(reading.entry.key, reading.sure) for reading in doubtful] == [(0, False), (200, False)]
    namesakes = readings("Weber said", "en")
    assert sorted(reading.entry.key for reading in namesakes) == [303, 304]


LISTED = (
    "Moscow Kyiv Russia Ukraine Georgia Weber Istanbul Kremlin and in between with the of , . — 's"
    " said against talks by Union (x) -backed pro-"
)
SCRAPS = st.sampled_from(LISTED.split())


@given(st.lists(SCRAPS).map(" ".join), st.sampled_from(["en", "de", "uk", "ar", "fr", "sv"]))
def test_nothing_is_surely_two_things(text: str, language: str) -> None:
    sure: dict[int, set[str]] = {}
    mentions = GAZETTEER.find(text, language)
    found = read_mentions(text, mentions, language)
    assert {reading.mention.start for reading in found} == {mention.start for mention in mentions}
    for reading in found:
        assert reading.entry in reading.mention.candidates
        if reading.sure:
            sure.setdefault(reading.mention.start, set()).add(reading.entry.kind)
    assert all(len(each) == 1 for each in sure.values())


def small_words(language: str) -> list[str]:
    cues = CUES[language]
    joining = cues.conjunctions | cues.between | cues.of | cues.companion | cues.by
    return sorted(joining) * 3 + sorted(cues.between_words | cues.locative | cues.auxiliaries)


def great_words(language: str) -> list[str]:
    cues = CUES[language]
    phrases = [" ".join(phrase) for phrase in cues.party_phrases]
    return [
        *sorted(cues.place_nouns | cues.adversative | cues.object_marks),
        *(*cues.deeds, *cues.deeds_on, *cues.dealings, *cues.organs, *cues.parts, *phrases),
    ]


GAPS = [" "] * 24 + [", "] * 6 + [". ", "، ", "\n", " — ", "-", "'s ", "’s ", " (", "\u0301 "]
GAPS += [" anti-", " pro-", " و", " ب", "\u00ad", "_", ""]


def made_up(chance: Random, language: str) -> str:
    """Names of the vocabulary among the words that tell what they are."""
    names = [entry.name for entry in vocabulary() if entry.language in ("", language)]
    small, great = small_words(language), great_words(language)
    return "".join(
        chance.choice(chance.choice([names, names, small, small, great])) + chance.choice(GAPS)
        for _ in range(chance.randint(2, 24))
    )


@pytest.mark.parametrize("language", sorted(CUES))
def test_it_is_read_as_if_every_name_was_asked_about_everything(language: str) -> None:
    chance = Random(language)
    for text in (made_up(chance, language) for _ in range(200)):
        mentions = GAZETTEER.find(text, language)
        found = read_mentions(text, mentions, language)
        read = [(reading.mention.start, reading.entry.key, reading.sure) for reading in found]
        assert read == plain_readings(text, mentions, language), text
