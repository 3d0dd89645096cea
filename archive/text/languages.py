"""Languages: their tags, their direction, and which one a text is in."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.exceptions import RecordError
from archive.text.detection import detect_language
from archive.text.folding import fold
from archive.text.stems import UNDETERMINED, primary_language
from archive.text.wordlists import pairs, words

__all__ = ["detect_language", "direction", "normalise_tag"]

# RFC 5646, section 2.1, without the grandfathered tags.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)
_MAX_TAG_LENGTH = 35
# Withdrawn codes, ISO 639-2 and 639-3 codes of languages that have a shorter one (RFC 5646, 2.2.1),
# and the code of the one language that is meant where a group of languages has the shorter one.
_PREFERRED = pairs(
    "iw:he in:id ji:yi jw:jv mo:ro aar:aa abk:ab afr:af aka:ak alb:sq als:sq amh:am ara:ar arb:ar "
    "arg:an arm:hy asm:as ava:av ave:ae aym:ay aze:az azj:az bak:ba bam:bm baq:eu bel:be "
    "ben:bn bis:bi bod:bo bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce chi:zh chu:cu "
    "chv:cv cmn:zh cor:kw cos:co cre:cr cym:cy cze:cs dan:da deu:de div:dv dut:nl dzo:dz ekk:et "
    "ell:el eng:en epo:eo est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fil:tl fin:fi fra:fr fre:fr "
    "fry:fy ful:ff geo:ka ger:de gla:gd gle:ga glg:gl glv:gv gre:el grn:gn guj:gu hat:ht hau:ha "
    "hbs:sh heb:he her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy ibo:ig ice:is ido:io iii:ii iku:iu "
    "ile:ie ina:ia ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka kau:kr "
    "kaz:kk khk:mn khm:km kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la "
    "lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg lvs:lv mac:mk mah:mh mal:ml mao:mi mar:mr "
    "may:ms mkd:mk mlg:mg mlt:mt mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng "
    "nep:ne nld:nl nno:nn nob:nb nor:no npi:ne nya:ny oci:oc oji:oj ori:or orm:om ory:or oss:os "
    "pan:pa per:fa pes:fa pli:pi plt:mg pol:pl por:pt pus:ps que:qu roh:rm ron:ro rum:ro run:rn "
    "rus:ru sag:sg san:sa scc:sr scr:hr sin:si slk:sk slo:sk slv:sl sme:se smo:sm sna:sn snd:sd "
    "som:so sot:st spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv swh:sw tah:ty tam:ta "
    "tat:tt tel:te tgk:tg tgl:tl tha:th tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw "
    "uig:ug ukr:uk urd:ur uzb:uz uzn:uz ven:ve vie:vi vol:vo wel:cy wln:wa wol:wo xho:xh ydd:yi "
    "yid:yi yor:yo zha:za zho:zh zsm:ms zul:zu"
)
# Tags from before the rules, that suppliers of Norwegian and Chinese news still write.
_IRREGULAR = pairs(
    "no-bok:nb no-nyn:nn zh-guoyu:zh zh-hakka:hak zh-min-nan:nan zh-xiang:hsn i-lux:lb i-hak:hak"
)
# Names of languages that suppliers write in place of codes: in English, and in the language itself.
_NAMES = {
    fold(name): tag
    for name, tag in pairs(
        "albanian:sq shqip:sq amharic:am አማርኛ:am arabic:ar العربية:ar عربي:ar armenian:hy "
        "հայերեն:hy azerbaijani:az azərbaycanca:az belarusian:be беларуская:be bengali:bn "
        "bangla:bn বাংলা:bn bosnian:bs bosanski:bs bulgarian:bg български:bg catalan:ca "
        "català:ca chinese:zh 中文:zh simplified-chinese:zh-Hans 简体中文:zh-Hans "
        "traditional-chinese:zh-Hant 繁體中文:zh-Hant croatian:hr hrvatski:hr czech:cs "
        "čeština:cs česky:cs danish:da dansk:da dutch:nl nederlands:nl english:en "
        "estonian:et eesti:et finnish:fi suomi:fi french:fr français:fr georgian:ka "
        "ქართული:ka german:de deutsch:de greek:el ελληνικά:el hebrew:he עברית:he hindi:hi "
        "हिन्दी:hi हिंदी:hi hungarian:hu magyar:hu icelandic:is íslenska:is indonesian:id "
        "bahasa-indonesia:id irish:ga gaeilge:ga italian:it italiano:it japanese:ja "
        "日本語:ja kazakh:kk қазақша:kk korean:ko 한국어:ko latvian:lv latviešu:lv "
        "lithuanian:lt lietuvių:lt macedonian:mk македонски:mk malay:ms bahasa-melayu:ms "
        "norwegian:no norsk:no bokmål:nb nynorsk:nn persian:fa farsi:fa فارسی:fa "
        "polish:pl polski:pl portuguese:pt português:pt brazilian-portuguese:pt-BR "
        "romanian:ro română:ro russian:ru русский:ru serbian:sr српски:sr srpski:sr "
        "slovak:sk slovenčina:sk slovenian:sl slovene:sl slovenščina:sl spanish:es "
        "español:es castellano:es swahili:sw kiswahili:sw swedish:sv svenska:sv tamil:ta "
        "தமிழ்:ta telugu:te తెలుగు:te thai:th ไทย:th turkish:tr türkçe:tr ukrainian:uk "
        "українська:uk urdu:ur اردو:ur uzbek:uz o‘zbekcha:uz vietnamese:vi tiếng-việt:vi "
        "marathi:mr मराठी:mr gujarati:gu ગુજરાતી:gu punjabi:pa ਪੰਜਾਬੀ:pa kannada:kn "
        "ಕನ್ನಡ:kn malayalam:ml മലയാളം:ml nepali:ne नेपाली:ne"
    ).items()
}
# What may stand behind the name of a locale: an encoding, and a variant with how tags write it.
_LOCALE = re.compile(r"([a-z_-]+)(?:\.[a-z0-9-]+)?(?:@([a-z]+))?", re.IGNORECASE | re.ASCII)
_VARIANTS = pairs("latin:Latn cyrillic:Cyrl arabic:Arab devanagari:Deva valencia:valencia euro:")
# Whose second subtag may be a language (RFC 5646, 2.2.2): the more exact one counts.
_WITH_EXTENDED = words("ar ms sgn sw uz zh")
_REGIONS = {"UK": "GB"}
_RIGHT_TO_LEFT = words(
    "acm acq aeb afb ajp apc apd ar arc arq ars ary arz ayl azb bal bgn ckb dv fa glk he ks lrc "
    "mzn nqo pnb prs ps sd sdh skr syr ug ur yi"
)
_RIGHT_TO_LEFT_SCRIPTS = words("adlm arab hebr mand nkoo rohg samr syrc thaa")


@lru_cache(maxsize=1024)
def normalise_tag(tag: str) -> str:
    """Return a BCP 47 tag in its usual spelling: ``EN_us`` → ``en-US``, empty → ``und``.

    The name of a POSIX locale (``sr_RS.UTF-8@latin``) and the English or own name of a great
    language (``German``, ``Deutsch``) are understood as well. Raises RecordError for anything else.
    """
    written = tag.strip().replace("_", "-")
    if not written:
        return UNDETERMINED
    written = _IRREGULAR.get(written.lower()) or _named(written) or _of_locale(written) or written
    match = _TAG.fullmatch(written) if len(written) <= _MAX_TAG_LENGTH else None
    if match is None:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in tag[:_MAX_TAG_LENGTH])
        raise RecordError(
            f"“{shown}” is not a language tag. Write a BCP 47 tag such as en, pt-BR or zh-Hant."
        )
    language, *extended = match["language"].lower().split("-")
    language = _PREFERRED.get(language, language)
    if extended and language in _WITH_EXTENDED:
        language = _PREFERRED.get(extended[0], extended[0])
    region = (match["region"] or "").upper()
    return "-".join(
        part
        for part in (
            language,
            (match["script"] or "").title(),
            _REGIONS.get(region, region),
            match["rest"].lower().removeprefix("-"),
        )
        if part
    )


def _named(written: str) -> str | None:
    """The tag of a language that is called ``written``."""
    return _NAMES.get(fold(written).replace(" ", "-")) if len(written) <= _MAX_TAG_LENGTH else None


def _of_locale(written: str) -> str | None:
    """The tag of a POSIX locale with an encoding or a variant."""
    match = _LOCALE.fullmatch(written) if "." in written or "@" in written else None
    variant = _VARIANTS.get((match[2] or "euro").lower()) if match else None
    if match is None or variant is None:
        return None
    language, *rest = match[1].split("-")
    # A script stands before the region, a variant behind it.
    subtags = [language, variant, *rest] if len(variant) == 4 else [language, *rest, variant]
    return "-".join(filter(None, subtags))


def direction(tag: str) -> str:
    """Return ``rtl`` or ``ltr``: by the script where the tag names one, else by the language."""
    subtags = tag.replace("_", "-").lower().split("-")
    for subtag in subtags[1:]:
        if len(subtag) == 4 and subtag.isalpha():
            return "rtl" if subtag in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary_language(tag) in _RIGHT_TO_LEFT else "ltr"
