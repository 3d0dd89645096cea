"""What is alike and what is not, and how well a fingerprint tells."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from archive.text.fingerprint import LEAST_WORDS, MOST_CHARACTERS, fingerprint, likeness

ALIKE = 0.5

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SKIES = ("sunny spells", "overcast skies", "light showers", "heavy rain", "patchy fog")
FIRMS = ("Harbour Steel", "Lakeside Bank", "Nordtor Rail", "Kestrel Foods", "Ardent Motors")


def taken(body: str, headline: str = "") -> tuple[tuple[int, ...], bytes]:
    found = fingerprint(headline=headline, summary="", body=body)
    assert found is not None
    return found


def alike(one: str, other: str) -> float:
    """The likeness of two texts, 0 where no band would bring them together."""
    first, second = taken(one), taken(other)
    if not any(a == b for a, b in zip(first[0], second[0], strict=True)):
        return 0.0
    return float(likeness([first[1]], [second[1]])[0, 0])


def report(rng: random.Random, paragraphs: int = 5) -> str:
    """A made-up report of some 250 words, of words that no other one shares in a row."""
    words = [f"w{number}" for number in rng.choices(range(5_000), k=paragraphs * 50)]
    lines = [" ".join(words[start : start + 50]) for start in range(0, len(words), 50)]
    return "\n\n".join(f"{line.capitalize()}." for line in lines)


def weather(rng: random.Random) -> str:
    """A form that the same outlet fills in every day."""

    def sky() -> str:
        return rng.choice(SKIES)

    def day() -> str:
        return rng.choice(DAYS)

    return (
        f"{day()} begins with {sky()} over the harbour and {rng.randint(-5, 25)} degrees at dawn. "
        f"In the morning {sky()} will reach the northern districts, with wind of "
        f"{rng.randint(5, 60)} kilometres an hour.\n\nIn the afternoon forecasters expect {sky()} "
        f"and {rng.randint(5, 33)} degrees in the city. The chance of rain stands at "
        f"{rng.randint(0, 100)} per cent.\n\nThe outlook for {day()} remains {rng.choice(FIRMS)}, "
        "and the next report will be published at six in the evening by the weather service."
    )


def market(rng: random.Random) -> str:
    """Two reports on the same subject, in the same words as far as they go."""

    def moved() -> str:
        return rng.choice(("gained", "lost"))

    def firm() -> str:
        return rng.choice(FIRMS)

    def share() -> str:
        return f"{rng.randint(0, 4)}.{rng.randint(10, 99)} per cent"

    return (
        f"The benchmark index {moved()} {share()} on {rng.choice(DAYS)} to close at "
        f"{rng.randint(1000, 9000)} points. Shares of {firm()} {moved()} {share()}, while {firm()} "
        f"{moved()} {share()}.\n\n{firm()} was the most traded stock and {moved()} {share()} after "
        f"{rng.choice(('quarterly figures', 'a change of management', 'news of an order'))}. The "
        f"euro {moved()} {share()} against the dollar and oil {moved()} {share()}."
    )


def dateline(text: str, rng: random.Random) -> str:
    return f"HARBOUR TOWN, {rng.randint(1, 28)} June (Meridian Wire) – {text}"


def cut(text: str, rng: random.Random) -> str:
    return "\n\n".join(text.split("\n\n")[:-1])


def edited(text: str, rng: random.Random, share: float = 0.03) -> str:
    return " ".join(
        f"x{rng.random()}" if rng.random() < share else word for word in text.split(" ")
    )


def all_of_it(text: str, rng: random.Random) -> str:
    return edited(dateline(cut(text, rng), rng), rng)


def follow_up(text: str, rng: random.Random) -> str:
    """Another report that repeats the last paragraph as background."""
    return f"{report(rng, 4)}\n\n{text.split(chr(10))[-1]}"


@pytest.mark.parametrize(
    ("change", "recall"), [(dateline, 1.0), (cut, 0.98), (edited, 0.98), (all_of_it, 0.93)]
)
def test_what_outlets_do_to_a_wire_report(
    change: Callable[[str, random.Random], str], recall: float
) -> None:
    rng = random.Random(1)
    pairs = [(text, change(text, rng)) for text in (report(rng) for _ in range(300))]
    assert sum(alike(*pair) >= ALIKE for pair in pairs) >= recall * len(pairs)


@pytest.mark.parametrize("subject", [market, follow_up])
def test_two_reports_on_one_subject(subject: Callable[..., str]) -> None:
    rng = random.Random(2)
    if subject is market:
        pairs = [(market(rng), market(rng)) for _ in range(300)]
    else:
        pairs = [(text, follow_up(text, rng)) for text in (report(rng) for _ in range(300))]
    assert sum(alike(*pair) >= ALIKE for pair in pairs) == 0


def test_a_form_that_is_filled_in_daily_is_not_all_but_the_same() -> None:
    rng = random.Random(3)
    assert max(alike(weather(rng), weather(rng)) for _ in range(300)) < 0.9


def test_likeness_estimates_the_runs_of_words_in_common() -> None:
    rng = random.Random(4)
    found = []
    for _ in range(200):
        words = [f"w{number}" for number in rng.choices(range(5_000), k=200)]
        # 148 of 198 runs of three are left.
        pair = (" ".join(words), " ".join(words[:150]))
        found.append(float(likeness([taken(pair[0])[1]], [taken(pair[1])[1]])[0, 0]))
    assert sum(found) / len(found) == pytest.approx(148 / 198, abs=0.01)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The mayor\u2019s office said so", "the MAYOR'S office, said so"),
        ("Der Bürgermeister sagte", "der bürgermeister – sagte"),
    ],
)
def test_spelling_that_makes_no_difference(one: str, other: str) -> None:
    more = " ".join(f"word{number}" for number in range(40))
    assert taken(f"{one} {more}") == taken(f"{other} {more}")


@pytest.mark.parametrize("first", [0x4E00, 0x0E01, 0xAC00], ids=["Han", "Thai", "Hangul"])
def test_scripts_without_spaces(first: int) -> None:
    rng = random.Random(5)
    letters = [chr(first + number) for number in range(46 if first == 0x0E01 else 900)]
    text = "".join(rng.choices(letters, k=400))
    assert alike(text, text[:340]) >= ALIKE
    assert alike(text, "".join(rng.choices(letters, k=400))) == 0


def test_short_texts_are_alike_only_where_they_say_the_same() -> None:
    body = "Ferries stay in the harbour until the storm has passed."
    assert len(body.split()) < LEAST_WORDS
    assert taken(body, "Storm warning") == taken(body.upper(), "Storm Warning!")
    other = taken(body.replace("storm", "fog"), "Storm warning")
    assert likeness([taken(body, "Storm warning")[1]], [other[1]])[0, 0] < 0.1


@pytest.mark.parametrize("body", ["", "Photograph on page three", "—", "\ud800", "\0" * 40])
def test_what_says_too_little_has_none(body: str) -> None:
    assert fingerprint(headline="Letters", summary="", body=body) is None


def test_a_book_is_read_at_its_beginning() -> None:
    book = "".join(f"word{number} " for number in range(MOST_CHARACTERS))
    assert taken(book) == taken(f"{book} and more")
    han = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(2 * MOST_CHARACTERS))
    assert taken(han) == taken(han[:MOST_CHARACTERS])


def test_fingerprints_are_the_same_for_all_time() -> None:
    """What is stored was made with them: whoever changes this owes a migration."""
    bands, signature = taken(" ".join(f"word{number}" for number in range(40)))
    assert bands[0] == 485_041_641_151
    assert signature.hex()[:16] == "6f81e735892b92f6"
