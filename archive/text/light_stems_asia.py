"""The light rules of Asian languages.

Vowel signs and viramas count as letters here, and stand in the tables as endings begin with them.
"""

from __future__ import annotations

from archive.text.light_stems_rules import Rules, behind_two, chains, last_letter, pairs_of

_AZERBAIJANI = f"""
    {
    chains(
        "lar lər",
        "ı i u ü sı si su sü m ım im ımız imiz umuz ümüz",
        "ın in un ün nın nin nun nün a ə ya yə na nə nı ni nu nü da də nda ndə dan dən ndan ndən",
        "dır dir dur dür",
    )
}
    {pairs_of("d", "ı i u ü ılar ilər ular ülər")} ir ır ur ür irlər ırlar urlar ürlər
    iy|a iy|ə larla lərlə {behind_two("lar lər ları ləri ların lərin larda lərdə lardan lərdən")}
    {behind_two("lara lərə larını lərini")}
    ib ıb ub üb yib acaq əcək acaqlar əcəklər mış miş muş müş maq mək ması məsi masına məsinə
    masını məsini yır yir yur yür ildi ıldı uldu üldü ilir ılır ulur ülür
"""
_KAZAKH = f"""
    {
    chains(
        "лар лер дар дер тар тер",
        "ы і сы сі м ым ім ымыз іміз",
        "ның нің дың дің тың тің ға ге қа ке на не ны ні ды ді н да де та те нда нде "
        "дан ден тен нан нен мен бен пен",
    )
}
    {pairs_of("стан|", "/4 ның/4 ға/4 да/4 ды/4 дан/4 мен/4 дағы/4 дық/4")}
    ғы гі дағы дегі тағы тегі ндағы ндегі
    ған ген қан кен ғаны гені ады еді йды йді ып іп мақ мек
"""
_KYRGYZ = f"""
    {
    chains(
        "лар лер лор лөр дар дер дор дөр тар тер тор төр",
        "ы и у ү сы си су сү",
        "нын нин нун нүн дын дин дун дүн тын тин тун түн га ге го гө ка ке ко кө на не но нө ны ни "
        "ну нү ды ди ду дү н да де до дө та те то тө нда нде ндо ндө "
        "дан ден дон дөн тен тон төн нан нен нон нөн",
    )
}
    {pairs_of("стан|", "/4 дын/4 га/4 да/4 ды/4 дан/4 дык/4")}
    ган ген гон гөн кан кен кон көн ууда үүдө ып ип уп үп
"""
_UZBEK = f"""
    {chains("lar", "i si im imiz ingiz", "ning ni ga ka qa da dan gacha dagi", "dir")}
    di dilar gan ganlar moqda moqdalar adi adilar ydi ydilar yapti yaptilar ish ishi ishni ishga
    ildi ilgan iladi ib
"""
_GEORGIAN = chains(
    "ა ე ო",
    "ებ",
    "ი მა მ ს ის ით ად ში ზე დან იდან თან სთან ისთვის სთვის ისკენ სკენ მდე ამდე ისგან სგან "
    "ისა ისას ს მდე",
)
_BENGALI = f"""
    ের কে তে েতে য় য়ে য়ের ে ই ও/4 েই েও রা েরা দের েদের দেরকে
    টি টির টিকে টিতে টা টার টাকে গুলি গুলির গুলিকে গুলিতে গুলো গুলোর গুলোকে গুলোতে
    {behind_two("ের েই তে")} {pairs_of("ঘর| দল| জল| পথ| মন| বন| পদ| মত|", "ে/0")}
    েছে েছেন েছিল েছিলেন েন বে বেন
"""
_MARATHI = f"""
    {
    pairs_of(
        "ा े ी ई ां ीं ें यां या ्यां ्या",
        "च्या चा ची चे ला ना ने नी त वर मध्ये साठी तील मुळे कडून हून तून शी कडे पर्यंत सह नंतर विरोधात",
    )
}
    च्या चा/4 ची/4 चे/4 ला/4 ने/4 वर/4 मध्ये साठी तील/4 मुळे कडून शी/4 कडे पर्यंत ांनी ांना ंना ंनी
    ा ी ई े ं ां या ्या ीं
    {behind_two("ात ाचा ाची ाचे ाच्या ाला ाने ावर ांना ांची ांचे ांच्या ामध्ये ांमध्ये")}
    {
    pairs_of(
        "राज्य| कार्य| सैन्य|",
        "ा/0 ात/0 ाचा/0 ाची/0 ाचे/0 ाच्या/0 ाला/0 ाने/0 ावर/0 ांना/0 ांनी/0 ांमध्ये/0",
    )
}
"""
_GUJARATI = (
    chains("ઓ ો ાઓ", "ની નો નું ના ને માં થી એ પર માંથી")
    + " ે ો ા ું ાં "
    + behind_two("માં માંથી નું ઓ ઓની ઓને ઓમાં")
)
_PUNJABI = "ਾਂ/2 ਆਂ ਿਆਂ ੇ ਾ ੋਂ/2 ਓਂ ੀਂ"
_TELUGU = f"""
    {pairs_of("ం ు ి", "లో తో పై కు కి ను ని నుంచి నుండి వద్ద")}
    {pairs_of("ాని", "కి ని తో పై")} ాన్ని ాలు ాల ం ు ి ు
    {
    pairs_of("లు ల ాలు ాల ులు ుల", "కు ను లో తో పై నుంచి")
} లు/4 ల/4 ులు ుల ల్లో ాల్లో ుల్లో లు లో/4 తో/4 కు/4 కి/4 ను/4 ని/4 పై/4 డు డి
"""
_KANNADA = f"""
    {pairs_of("ದ ಯ ವ ಗಳ", "ಲ್ಲಿ ನ್ನು ಿಂದ ಿಗೆ ು ೂ")} ದ/4 ಯ/4 ಗಳ ಕ್ಕೆ ಗೆ ಗಳು
    ರು/4 ರನ್ನು ರಿಗೆ ರಿಂದ ನು/4 ನನ್ನು ನಿಗೆ ವನ್ನು ಯನ್ನು ೆ ು
"""
_MALAYALAM = f"""
    {
    pairs_of(
        "ത്ത ങ്ങള യ ക വ കള ",
        "ിൽ ിന്റെ ിനെ ിന് ിനു െ ുടെ ില് ിലെ ോട് ാൽ ിലേക്ക് ിനായി ിൽനിന്ന്",
    )
}
    {"ിൽ ിന്റെ ിനെ ിന് െ ുടെ ിലെ ോട് ിലേക്ക് ാൽ ിനായി"}
    മാർ മാരുടെ മാരെ മാർക്ക് മാരും മാരിൽ മാരുമായി
    ത്ത് ം ങ്ങൾ ങ്ങൾക്ക് കൾ കൾക്ക് ക്ക് യ്ക്ക് ് ു
"""
_URDU = "وں یں اں ات ے ا/4 ہ ؤں ئیں ئے"


def _finish_turkic(stem: str) -> str:
    """A last narrow vowel goes too: behind it nobody can tell whether it is the word's own."""
    # Endings begin with n where another stands before them, and stems end with it.
    if len(stem) > 3 and stem[-1] in "nн":
        stem = stem[:-1]
    if len(stem) > 4 and (stem[-1] in "ıiuыиуүі" or stem[-1] == stem[-2]):
        return stem[:-1]
    return stem


def _finish_azerbaijani(stem: str) -> str:
    stem = _finish_turkic(stem)
    return stem[:-1] if len(stem) > 3 and stem[-1] == "a" else stem


def _finish_bengali(stem: str) -> str:
    # The genitive of words that end in a vowel is one letter, which many words end with anyway.
    return stem[:-1] if len(stem) > 3 and stem[-1] == "র" else stem


def _finish_kannada(stem: str) -> str:
    # Stems in -a take "ದ" before their endings, and some end with it.
    return stem[:-1] if len(stem) > 3 and stem[-1] in "ೆುದ" else stem


def _finish_marathi(stem: str) -> str:
    # निर्णय, निर्णयावर: which part of -या- is the ending cannot be told.
    if len(stem) > 4 and stem[-1] == "य" and stem[-2] != "्":
        stem = stem[:-1]
    # निवडणूक, निवडणुकीत
    if len(stem) > 4 and stem[-2] in "ूी":
        return stem[:-2] + ("ु" if stem[-2] == "ू" else "ि") + stem[-1]
    return stem


_LIKE_CHILLU = {"ർ": "ര", "റ": "ര", "ൽ": "ല", "ൾ": "ള", "ൻ": "ന", "ൺ": "ണ"}


def _finish_malayalam(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == "ു":
        stem = stem[:-1]
    return stem[:-1] + _LIKE_CHILLU.get(stem[-1], stem[-1]) if stem else stem


def _two_letters(_stem: str) -> int:
    return 2


ASIAN = {
    "az": Rules(_AZERBAIJANI, "aeəıiou", _finish_azerbaijani),
    "bn": Rules(_BENGALI, finish=_finish_bengali),
    "gu": Rules(_GUJARATI),
    "id": Rules("nya/4"),
    "ka": Rules(_GEORGIAN, "აეიოუ"),
    "kk": Rules(_KAZAKH, "аәеиоөуұүыіэюя", _finish_turkic),
    "kn": Rules(_KANNADA, finish=_finish_kannada),
    "ky": Rules(_KYRGYZ, "аеиоөуүыэюя", _finish_turkic),
    "ml": Rules(_MALAYALAM, finish=_finish_malayalam, changed=last_letter),
    "mr": Rules(_MARATHI, finish=_finish_marathi, changed=_two_letters),
    "ms": Rules("nya/4"),
    "pa": Rules(_PUNJABI),
    "te": Rules(_TELUGU),
    "ur": Rules(_URDU),
    "uz": Rules(_UZBEK, "aeiou", _finish_turkic),
}
