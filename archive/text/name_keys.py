"""Names compared: what of their spelling makes no difference when a reader types them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from archive.text.folding import fold
from archive.text.wordlists import words

KEY_LENGTH = 255
_SHORT_ACRONYM = 3  # letters
# Words that a short acronym may be in small letters: us, who, and un of French and Spanish.
_SMALL_WORDS = words(
    "ad age ago aid aim air all am an and any are arm art as ask at bad bar be bid big bus but "
    "buy by can car cap cat cup cut day did die do due eat end era fan far fed few fit fly for "
    "fox fun gap gas get god got gun had has hat he her him his hit hot how ice if ill in is it "
    "its job key kid lab law led let lie lot low man map may men met mix my net new no nor not "
    "now of off oil old on one or our out own pan pay pen per pet pin pop pro put ran red rid "
    "row run sad sat saw say sea see set she sir sit six so son sun tax tea ten the tie tip to "
    "too top try two up us use war was way we who why win won yes yet you ai au aux ce ces de "
    "des du eau elle en est et eux il ils je la le les leur lui ma me mes moi mon ne nos ont ou "
    "par pas peu pie que qui sa se ses si sur ta te tes toi ton tu un une va vie vos y ab aha "
    "als auf aus bei bin bis da das dem den der ein er es ja mir mit nie nun nur ob oft ort rat "
    "sei sie tag tat tor tun um und uns vom von vor wer wie wir wo zu zum al con del dos el ese "
    "eso fin han hay las lo los mar mas mi muy oro paz por rey rio ser sin su sus tal tan una "
    "uno van ver vez voz ya che chi ci dai dal di fa fu gli ha ho io mai mio nei non poi re sia "
    "suo tra via ao com ela ele em foi lhe meu na nas nem nua os pai pela seu sua tem uma vai "
    "aan dan dat dit een haar hem het hij hoe ik kan nee niet nog nu om ook op tot uit wat wel "
    "zij zo а але без був бути в від він все да де для до же за з зі и із или их і й її їх как "
    "ко ли мы на не ни но ну о об он от по при с со та так там те то ту ты у уже це цей цю чи "
    "что що я пар рот мок ира сот вот дом год рік час мир раз три два"
)


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """What two spellings of one name share: neither case, accents nor punctuation count.

    ``al-Qaeda`` and ``Al Qaeda`` have one key, ``U.S.`` has that of ``u s``. Empty for a name
    without a letter or digit, and cut at ``KEY_LENGTH`` characters. Keys are stored: whoever lets
    ``fold`` or this make another one of a name makes a migration for those that are.
    """
    kept = "".join(character if _counts(character) else " " for character in fold(name))
    parts = (part.strip("'") for part in kept.split())
    return " ".join(part for part in parts if part)[:KEY_LENGTH].rstrip()


def may_mean(typed: str, name: str) -> bool:
    """Whether ``typed``, which has the key of ``name``, may be meant as it.

    Without its capitals a short acronym may be another word: ``us`` is not the country.
    """
    return typed.isupper() or not is_short_acronym(name) or name_key(typed) not in _SMALL_WORDS


def is_short_acronym(name: str) -> bool:
    """Whether a name is so few capitals that in small letters, or elsewhere, it is another word."""
    letters = [character for character in name if character.isalnum()]
    return len(letters) <= _SHORT_ACRONYM and name.isupper()


def _counts(character: str) -> bool:
    return character.isalnum() or character == "'" or unicodedata.category(character)[0] == "M"
