"""What the index writes is what it reads: postings, words, files."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.engines.whoosh.arrays import Arrays, ArraysWriter, Damaged
from archive.engines.whoosh.postings import Block, decode, decode_many, encode
from archive.engines.whoosh.spellings import Vocabulary
from archive.text.analysis import form_and_word, stem_term, words_spaced

# Articles with the positions of a term in each: widths of one, two and four bytes.
STEPS = st.integers(1, 300) | st.integers(1, 70_000)
POSITIONS = st.lists(st.integers(0, 300) | st.integers(0, 1 << 20), min_size=1, max_size=4)
TERMS = st.lists(
    st.lists(st.tuples(STEPS, POSITIONS), min_size=1, max_size=4), min_size=1, max_size=6
)


def block_of(terms: list[list[tuple[int, list[int]]]], *, positions: bool) -> Block:
    docs = [doc for term in terms for doc in accumulate(step for step, _ in term)]
    every = [sorted(set(places)) for term in terms for _, places in term]
    return Block(
        np.arange(len(terms)),
        np.array([len(term) for term in terms]),
        np.array(docs),
        np.array([len(places) for places in every]),
        np.array([place for places in every for place in places]) if positions else None,
    )


@given(TERMS, st.booleans())
def test_postings_are_read_as_they_were_written(
    terms: list[list[tuple[int, list[int]]]], positions: bool
) -> None:
    block = block_of(terms, positions=positions)
    records = encode(block)
    ends = np.cumsum(records.lengths)
    starts = ends - records.lengths
    read = decode_many(records.content, block.terms, block.sizes, records.codes, starts, ends)
    np.testing.assert_array_equal(read.docs, block.docs)
    np.testing.assert_array_equal(read.counts, block.counts)
    assert (read.positions is None) == (block.positions is None)
    if read.positions is not None and block.positions is not None:
        np.testing.assert_array_equal(read.positions, block.positions)
    for place, code in enumerate(records.codes.tolist()):
        record = records.content[starts[place] : ends[place]]
        one = decode(record, int(block.sizes[place]), code)
        first = int(block.sizes[:place].sum())
        last = first + int(block.sizes[place])
        np.testing.assert_array_equal(one.docs, block.docs[first:last])
        np.testing.assert_array_equal(one.counts, block.counts[first:last])


WORDS = st.sampled_from(
    ["Truce", "truce", "TRUCES", "обмен", "Häuser", "x" * 64, "x" * 70, "停战", "\u0301"]
)


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.lists(WORDS | st.text(max_size=5), max_size=5), st.sampled_from(["en", "de"])
            ),
            max_size=4,
        ),
        max_size=3,
    )
)
def test_words_are_numbered_as_what_they_are(rounds: list[list[tuple[list[str], str]]]) -> None:
    vocabulary = Vocabulary()
    for texts in rounds:
        spaced = [words_spaced(" ".join(words)) for words, _ in texts]
        languages = np.array([vocabulary.language(language) for _, language in texts], np.int32)
        numbers, counts = vocabulary.spellings_of(spaced, languages)
        assert counts.tolist() == [len(text.split()) for text in spaced]
        written = [
            (word, language)
            for text, (_, language) in zip(spaced, texts, strict=True)
            for word in text.split()
        ]
        for number, (word, language) in zip(numbers.tolist(), written, strict=True):
            form, normalised = form_and_word(word)
            assert (number == 0) == (not form)
            if number:
                assert vocabulary.words[vocabulary.word_of[number]].split("\0") in (
                    [form],
                    [form, normalised],
                )
                stem = vocabulary.stems[vocabulary.stem_of[number]]
                assert stem == stem_term(normalised, language)
                assert vocabulary.languages[vocabulary.language_of[number]] == language


def test_a_vocabulary_grows_with_its_words() -> None:
    vocabulary = Vocabulary()
    language = np.array([vocabulary.language("en")], np.int32)
    for start in range(0, 30_000, 10_000):
        text = " ".join(f"word{number}" for number in range(start, start + 10_000))
        numbers, _ = vocabulary.spellings_of([text], language)
        again, _ = vocabulary.spellings_of([text], language)
        assert numbers.tolist() == again.tolist()
        assert [vocabulary.words[vocabulary.word_of[number]] for number in numbers] == text.split()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "one.arrays"
    writer = ArraysWriter(tmp_path)
    writer.append("numbers", np.arange(50_000, dtype=np.uint32))
    writer.append("names", np.array([b"a", b"bc"]))
    writer.append("numbers", np.arange(7))
    writer.save(path)
    return path


def test_sections_grow_side_by_side(path: Path) -> None:
    arrays = Arrays(path)
    assert dict(arrays).keys() == {"numbers", "names"}
    assert arrays["numbers"].tolist() == [*range(50_000), *range(7)]
    assert arrays["names"].tolist() == [b"a", b"bc"]
    assert arrays.part("numbers", 49_998, 50_002).tolist() == [49_998, 49_999, 0, 1]
    arrays.check()


def test_only_what_is_read_is_checked_until_all_is(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[150_000] ^= 4
    path.write_bytes(content)
    arrays = Arrays(path)
    assert arrays.part("numbers", 0, 10).tolist() == [*range(10)]
    with pytest.raises(Damaged, match="near byte 131072"):
        arrays.part("numbers", 37_000, 38_000)
    with pytest.raises(Damaged):
        arrays.check()


def test_a_file_under_another_name_is_not_taken_for_it(path: Path) -> None:
    other = path.rename(path.with_name("two.arrays"))
    with pytest.raises(Damaged, match=r"one\.arrays"):
        Arrays(other)
