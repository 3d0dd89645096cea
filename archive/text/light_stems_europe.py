"""The light rules of European languages and of those written like them."""

from __future__ import annotations

from archive.text.light_stems_rules import (
    Rules,
    chains,
    changed_before_ts,
    dropping,
    last_letter,
    pairs_of,
    without_vowel_before_ts,
)

# -в and -л of the past stand in many nouns too, all forms of which have to lose as much.
_UKRAINIAN = f"""
    а я о е є у ю и і ї ь й
    ом ем єм ою ею єю ей ям ам ями ами ьми ях ах
    ий ій/4 ого ього ому ьому им/4 ім/4 їм ої ьої их іх їх ими іми їми їй
    ів їв іву івом іві іви івам івами івах
    ові/4 еві/4 єві/4
    {pairs_of("ав яв ив ов ев єв", "/4 а/4 и/4 і/4 у/4 ою/4 ам/4 ами/4 ах/4 о/4 ом/4 ий/4")}
    {pairs_of("ав яв ив ов ев єв", "ого/4 ому/4 им/4 их/4 ими/4 ої/4 ій/4 ся/4 ши/4")}
    {pairs_of("ал ял ил їл", "/4 а/4 и/4 і/4 у/4 о/4 ом/4 ів/4 ам/4 ами/4 ах/4 ося/4 ася/4 ися/4")}
    {pairs_of("ува юва", "в/4 ла/4 ло/4 ли/4 ти/4 вся/4 лася/4 лося/4 лися/4 тися/4")}
    {pairs_of("а я и ї", "ти/4 тися/4")} {pairs_of("у", "вся/4 лася/4 лося/4 лися/4")}
    {pairs_of("ну", "в/4 ла/4 ло/4 ли/4 ти/4 вся/4 лася/4 лося/4 лися/4 тися/4")}
    {pairs_of("іл", "ася/4 ося/4 ися/4")}
    {pairs_of("а я у ю", "є ють ємо єте єш ється ються")}
    ить їть ять ать уть ють имо ите емо ете іть иться яться аться уться ються еться
    {pairs_of("ан ян уван юван", "ня/4 ню/4 ням/4 ні/4 нями/4 нях/4")} ань/4 янь/4 увань ювань
    {pairs_of("ам", "а у і ою ам ами ах")} {pairs_of("ем", "а и і у ою ам ами ах")}
    {pairs_of("ом", "и/4 ів/4 ам/4 ами/4 ах/4 а/4")} еї еєм еїв еям еями еях
    'ят|ь 'ят|и
"""


def _finish_ukrainian(stem: str) -> str:
    if len(stem) > 4 and (stem[-1] == "і" or stem[-1] == stem[-2]):
        stem = stem[:-1]  # станція, станцій; рішення, рішень
    if len(stem) < 4:
        return stem
    if len(stem) > 6 and stem.endswith(("янин", "анин")):
        return stem[:-2]  # громадянин, громадяни
    # Closed syllables have і where open ones have о: Львів, Львова; область, областей.
    if stem[-2] == "і" and stem[-1] not in "аеєиіїоуюя":
        stem = f"{stem[:-2]}о{stem[-1]}"
    elif len(stem) > 5 and stem.endswith("іст"):
        stem = f"{stem[:-3]}ост"
    elif stem[-2:] == "їв":
        stem = f"{stem[:-2]}єв"
    if len(stem) > 4 and stem[-2] in "ое" and stem[-1] in "кцн":
        # наслідок, наслідку; українець, українця; боєць, бійця
        return stem[:-2] + stem[-1]
    stem = without_vowel_before_ts(stem, "є", "ц", "й")
    return f"{stem[:-3]}ойц" if stem.endswith("ійц") else stem


def _changed_ukrainian(stem: str) -> int:
    if stem.endswith(("ост", "ойц")):
        return 3
    if stem.endswith("йц"):
        return 2
    return 2 if stem[-2:-1] in ("о", "є") else 1


_BELARUSIAN = f"""
    а я о э е у ю ы і ь й
    ам ям ом ем ём ой ай ей яй эй ою аю яю ею эю аў/4 яў оў ёў еў амі ямі ах ях
    ага яга ога аму яму ому ым/4 ім/4 ая яя ое ае яе ую юю ых іх ымі імі
    {pairs_of("ы і", "я і й ю яй ям ямі ях яў")}
    {pairs_of("а я і ы е ава ява", "ў/4 ла/4 ло/4 лі/4 ць/4 цца/4 ўся/4 лася/4 лася/4 ліся/4")}
    {pairs_of("а я у ю", "е юць ецца юцца")} іць ыць аць яць уць юць
    {pairs_of("ан ен эн ян", "не/4 ня/4 ню/4 нем/4 ні/4 няў/4 нях/4 нямі/4")}
"""


def _finish_belarusian(stem: str) -> str:
    if len(stem) > 4 and stem[-1] == stem[-2]:
        return stem[:-1]
    if len(stem) > 6 and stem.endswith("нін"):
        return stem[:-2]  # грамадзянін, грамадзяне
    if len(stem) > 4 and stem[-1] == "к" and stem[-2] in "ао":
        return stem[:-2] + "к"  # рынак, рынку
    return without_vowel_before_ts(stem, "е", "ц", "й")


def _changed_belarusian(stem: str) -> int:
    return 1 if stem[-1:] == "к" else changed_before_ts(stem)


_BULGARIAN = """
    а я о е и ът ят ъта ата ята ото ите ете ета етата ове овете еве евете
    ище ището ища ищата ия ият ията ие ието ии иите иия ията ой й еше аше
    ам аме ат ят яме им ме/5 иш еш ем ах аха ахме их иха ихме ях яха
    ал ала ало али ил ила или ел ела ели ял яла яли
"""
_MACEDONIAN = """
    а о е и от ата ото ите ови овите еви евите иња ињата ија ијата ии иите
    иот иов ава ата ам аш аме ат аат еше аше аа ав авме ал ала але ало ил ила иле ило
    ува/4 уваат/4 уваше/4 уваа/4 увал/4 увале/4 ување/4 увањето/4 увања/4 увањата/4
"""
_SLOVAK = f"""
    a e i o u y ä ov om em och ách iach ám iam ami mi ou ej ovi ovia ia ie iu ím
    ého eho iho emu ému imu ým ymi ých ích imi ích
    {pairs_of("a i e ova", "ť/4 l/4 la/4 lo/4 li/4")} {pairs_of("uj a", "e/4 ú/4 eme/4 ete/4 eš/4")}
    ajú ia íme
"""
_SLOVENIAN = f"""
    a e i o u om em am ah ih ami imi ama ema oma ima ov ja/4 ju/4 je/4 jo/4 ega emu im
    {pairs_of("a i e ova", "ti/4 l/4 la/4 lo/4 li/4 le/4")} ajo ijo ejo uje/4 ujejo/4 jem/4 jev/4
    c|ev c|em
"""
_LATVIAN = """
    s š is us a ā am u ū i iem os m/5 im ī ie ies as ai ām ās e es ei ē em ēm ēs ij īm īs o
    ais ajam ajā ajai ajiem ajos ajām ajās iet āt ēt īt ot oja ās ēs īs os ām
"""
_ICELANDIC = """
    ur i s ar a um ir u na inn in ið urinn sins inu inum inni ins innar ina
    ann ans anum ana arnar arnir urnar irnar unum anna una unni unnar arinnar arinn
    an ið aði uðu aðist uðust ast ist ust arna ja jum
"""
_ALBANIAN = f"""
    i u a e ë o it ut es et/4 in un ën ve eve ave at ët së/4 në/4 ja je
    {pairs_of("i e a", "a/4 së/4 në/4 të/4 ve/4 je/4")} {pairs_of("i", "t n")}
    eje ejes jet/4 jeve/4 jes/4
    uar ur oi uan on ojnë ojn oje ohet oheshin
"""
_GALICIAN = f"""
    a o e s as os es is ns
    {pairs_of("a e i", "r do da dos das ndo ron mos ches")} ou eu iu ba ban ei ará erá irá aba aban
    mente/4 a|is e|is o|is a|l/4 e|l/4 o|l/4 ao aos oes aes
"""
# Snowball's rules for the next three leave common forms of one word apart.
_ARMENIAN = f"""
    {pairs_of("ություն", "/4 ը/4 ն/4 ում/4 ից/4 ներ/4 ները/4 ների/4 ներին/4 ներում/4")}
    ության/4 ությանը/4 ությանն/4 ությամբ/4 {chains("ներ եր", "ը ն ի ին ում ից ով")}
"""
_BASQUE = """
    a ak an ek en ei aren ari az eko etan etako etara etatik ean etik arekin ekin ren rekin ko/4
    ra/4 tik/4
"""
_ESTONIAN = f"""
    a e i u
    {pairs_of("a e i u", "d de s st le lt sse ks ni ta/4 ga t dele delt des dest desse dega te")}
    {pairs_of("us", "e ed i t te est es ele elt ega esse eks es")}
"""
# Mongolian and its neighbours put their endings one behind the other.
_MONGOLIAN = f"""
    ын ийн ны ний н/5 ыг ийг г/5 д/4 т/4 {pairs_of("аа ээ оо өө", "с р")}
    {pairs_of("т л", "ай эй ой")}
    {chains("ууд үүд нууд нүүд чууд чүүд", "ын ийн ыг ийг ад эд од өд аас ээс оос өөс аар ээр")}
    сан сэн сон сөн лаа лээ лоо лөө жээ чээ на нэ но нө х/4 ах эх ох өх гдсан гдсэн
"""


def _finish_bulgarian(stem: str) -> str:
    if len(stem) > 4 and stem[-1] == stem[-2]:
        stem = stem[:-1]  # област, областта
    if len(stem) > 6 and stem.endswith("анин"):
        return stem[:-2]  # гражданин, граждани
    # министър, министри; център, центрове.
    if len(stem) > 4 and stem[-2] == "ъ":
        return stem[:-2] + stem[-1]
    return without_vowel_before_ts(stem, "е", "ц", "й")


def _changed_bulgarian(stem: str) -> int:
    return max(1, changed_before_ts(stem))


def _finish_macedonian(stem: str) -> str:
    if len(stem) > 4 and stem[-1] == "р" and stem[-2] in "ае":
        return stem[:-2] + "р"  # министер, министри; центар, центри
    return without_vowel_before_ts(stem, "е", "ц", "ј")


def _changed_macedonian(stem: str) -> int:
    return 1 if stem[-1:] == "р" else changed_before_ts(stem)


def _finish_basque(stem: str) -> str:
    # Where something is: Bilbon. It goes in every form of a word that ends so, too.
    return stem[:-1] if len(stem) > 5 and stem[-1] == "n" and stem[-2] in "aeiou" else stem


def _finish_mongolian(stem: str) -> str:
    return stem.removesuffix("ь")


def _finish_galician(stem: str) -> str:
    return stem[:-1] if len(stem) > 4 and stem[-1] == "n" else stem


EUROPEAN = {
    "be": Rules(_BELARUSIAN, "аоэеуыіяёюй", _finish_belarusian, _changed_belarusian),
    "bg": Rules(_BULGARIAN, "аъоуеиюя", _finish_bulgarian, _changed_bulgarian),
    "et": Rules(_ESTONIAN, "aeiouy"),
    "eu": Rules(_BASQUE, "aeiou", _finish_basque),
    "gl": Rules(_GALICIAN, "aeiou", _finish_galician),
    "hy": Rules(_ARMENIAN, "աեէըիոօւ"),
    "is": Rules(_ICELANDIC, "aeiouyæ"),
    "lv": Rules(_LATVIAN, "aeiou"),
    "mk": Rules(_MACEDONIAN, "аеиоу", _finish_macedonian, _changed_macedonian),
    "mn": Rules(_MONGOLIAN, "аэоуөүиыяеёю", _finish_mongolian),
    "sk": Rules(_SLOVAK, "aeiouy", dropping("eo", "krcnl"), last_letter),
    "sl": Rules(_SLOVENIAN, "aeiou", dropping("e", "krcnv"), last_letter),
    "sq": Rules(_ALBANIAN, "aeiouy", dropping("e", "r"), last_letter),
    "sw": Rules("ni/4"),
    "uk": Rules(_UKRAINIAN, "аеєиіїоуюя", _finish_ukrainian, _changed_ukrainian),
}
