"""Which encoding a text is in, where nothing says so and it is not UTF-8."""

from __future__ import annotations

from charset_normalizer import from_bytes

# Those in which the news of a region was written; more of them would only be mistaken for these.
_REGIONAL = ["cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256"]
_REGIONAL += ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_LOOKED_AT = 64 * 1024
_DAMAGED = 1000  # of so many characters one may be damaged


def guessed_text(content: bytes) -> str | None:
    """The text in the most likely encoding of a region, or None where no likely one reads it.

    A few damaged characters become U+FFFD.
    """
    best = from_bytes(content[:_LOOKED_AT], cp_isolation=_REGIONAL, threshold=0.1).best()
    if best is None:
        return None
    text = content.decode(best.encoding, "replace")
    return text if text.count("\ufffd") * _DAMAGED <= len(text) else None
