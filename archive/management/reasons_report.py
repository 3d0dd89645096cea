"""Why an article was found, for a person at a terminal."""

from __future__ import annotations

import re
from html import unescape

from archive.services.explaining import Reasons, WordReason
from archive.services.explaining_words import (
    bonus_label,
    bonus_sentence,
    field_sentence,
    number,
    percent,
    quoted,
)
from archive.services.found import shown_title

_TAG = re.compile(r"</?mark>")


def reasons_lines(reasons: Reasons) -> list[str]:
    """The reasons line by line. Raises ValueError where there is no explanation."""
    found = reasons.explanation
    if found is None:
        raise ValueError("An article that does not meet the query has no score.")
    article = reasons.article
    source = f" · {article.source.name}" if article.source else ""
    lines = [
        shown_title(article),
        f"{article.published_english}{source} · {article.public_id}",
        reasons.outcome,
    ]
    widened = (expansion.sentence for expansion in reasons.expansions)
    read = [line for line in (reasons.read_as, *widened, *reasons.notes) if line]
    lines += ["", *read] if read else []
    for word in reasons.words:
        lines += ["", *_word_lines(word)]
    if reasons.uncounted:
        names = ", ".join(map(quoted, reasons.uncounted))
        lines += [
            "",
            f"Not counted, as this article does not have all that belongs with it: {names}.",
        ]
    if reasons.conditions:
        lines += ["", *(condition.sentence for condition in reasons.conditions)]
    rows = [(word.part.score, quoted(word.part.leaf)) for word in reasons.words if word.part.score]
    rows += [
        (bonus.score, f"{bonus_label(bonus)}. {bonus_sentence(bonus)}") for bonus in found.bonuses
    ]
    if rows:
        lines += ["", *([reasons.second_look] if reasons.second_look else [])]
        lines += [_row(number(score), percent(reasons.share(score)), said) for score, said in rows]
        if found.recency is not None:
            lines.append(_row(f"× {number(found.recency)}", "", f"The date. {reasons.date}"))
        lines.append(_row(number(found.score), "", "The score."))
    if reasons.date and found.recency is None:
        lines.append(reasons.date)
    if reasons.filters:
        lines.append("")
    return [*lines, *(f"{reason.label}. {reason.sentence}" for reason in reasons.filters)]


def _word_lines(word: WordReason) -> list[str]:
    lines = [word.sentence]
    passages = {passage.field: passage.html for passage in word.passages}
    for field in word.part.fields:
        lines.append(f"  {number(field.score):>7}  {field_sentence(field)}")
        if html := passages.get(field.field):
            shown = " ".join(unescape(_TAG.sub("", html)).split())
            lines.append(f"           {shown}")
    return lines


def _row(score: str, share: str, said: str) -> str:
    return f"  {score:>7}  {share:>9}  {said}"
