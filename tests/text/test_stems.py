"""Stems by light rules, borrowed stemmers, and the terms that a query's word stands for."""

from __future__ import annotations

import re
import time
import unicodedata
from pathlib import Path

import pytest

from archive.text.light_stems import LIGHT
from archive.text.light_stems_snowball import BEFORE, BEHIND
from archive.text.stems import SNOWBALL, query_stems, stem_likeness, stem_term, stemmer
from archive.text.words import is_unspaced

# A language, and words that share a stem in it.
INFLECTIONS = """
uk обмін обміну обміном обміни обмінів обмінами
uk обміняли обміняв обмін
uk україна україни україні україною україну
uk українська українського українському українській українськими
uk президент президента президентові президентом президенти президентів
uk рішення рішень рішенням рішеннями рішенні рішеннях
uk голосування голосувань голосували голосувати голосує
uk область області областю областей областях
uk львів львова львові львовом львову
uk харків харкова харкові харковом
uk київ києва києві києвом
uk партія партії партій партією партіями партіям
uk армія армії армій армією
uk держава держав держави державою
uk заява заяви заяв заявив заявила заявили
uk система систем системи системою системами
uk проблема проблем проблеми
uk програма програм програми програмами
uk війна війни війною війн війнах
uk вибори виборів виборах виборами виборам
uk уряд уряду урядом уряди
uk наслідок наслідку наслідки наслідків
uk українець українця українці українців
uk вересень вересня вересні
uk закон закону закони законів законом
uk військовий військові військових військовими військова
uk гол голи голів
uk голова голови голову головою
uk режим режиму режимом
uk музей музею музеї музеєм музеїв
uk сценарій сценарію сценарії
uk підписав підписала підписали підписати
uk незалежність незалежності незалежністю
uk мир миру миром
uk міст місто міста місті містом
uk людей люди людям людьми людях
uk комісія комісії комісією
uk росія росії росією
uk новий нова нового нові нових новими
uk санкції санкцій санкціями санкціям
uk вода води воду водою
uk канал канали каналу каналів
uk генерал генерала генерали генералів
uk школа школи школу школою школах
uk жінка жінки жінок жінкам
uk обстріл обстрілу обстріли обстріляли
uk повернувся повернулися повернулася повернутися повернули
uk пам'ять пам'яті пам'яттю
uk громадянин громадяни громадян громадянам
uk боєць бійця бійці бійців
be бежанец бежанцы бежанцаў
be украінец украінцы украінцаў
be кітаец кітайцы
be рынак рынку рынкі
be урад урада ураду урадам
be выбары выбараў выбарах выбарамі
be рашэнне рашэння рашэнняў рашэнні рашэннем
be станцыя станцыі станцый станцыю
be прэзідэнт прэзідэнта прэзідэнту прэзідэнтам
be новы новага новая новыя новых
be беларусь беларусі беларуссю
be падпісаў падпісала падпісалі падпісаць
be мінск мінску мінска
bg правителство правителството правителства правителствата
bg избори изборите избор изборът избора
bg решение решението решения решенията
bg министър министърът министри министрите
bg град градът града градове градовете
bg подписа подписаха подписал
bg война войната войни войните
bg президент президентът президента
bg нов нова новия новите
bg закон законът законите
bg партия партията партии партиите
bg парламентарни парламентарните
bg гражданин граждани гражданинът гражданите
bg украинец украинци украинците
bg боец бойци бойците
mk министер министри министерот министрите
mk македонец македонци македонците
mk центар центри
mk влада владата влади владите
mk избори изборите
mk претседател претседателот претседателите
mk закон законот закони законите
mk град градот градови градовите
mk одлука одлуката одлуки
mk партија партијата партии партиите
mk потпиша потпишаа
sk vláda vlády vláde vládou vládu
sk prezident prezidenta prezidentovi prezidentom prezidenti
sk rozhodnutie rozhodnutia rozhodnutí rozhodnutím
sk minister ministra ministrovi ministri
sk mesto mesta mestu meste mestom
sk nový nového novej novými
sk slovenský slovenského slovenskej
sk štvrtok štvrtku
sk voľby voľbách voľbám
sl vlada vlade vladi vlado
sl mesto mesta mestu mestih
sl predsednik predsednika predsedniku predsedniki predsednikom
sl volitve volitev volitvah
sl minister ministra ministri ministrov
sl odločitev odločitve odločitvi
sl zakon zakona zakoni
sl begunec begunci beguncev
sl borec borci borcev
sl slovenski slovenskega slovenska slovenskih
lv valdība valdības valdībai valdību valdībā
lv prezidents prezidenta prezidentu prezidenti prezidentiem
lv vēlēšanas vēlēšanām vēlēšanu
lv latvija latvijas latvijā latvijai
lv lēmums lēmumu lēmumi lēmumā lēmumiem
lv pilsēta pilsētas pilsētā pilsētām
lv ministrs ministra ministri
lv saeima saeimas saeimā
is ráðherra ráðherrar ráðherrann ráðherrans
is forseti forseta forsetinn forsetans forsetanum
is ríkisstjórn ríkisstjórnin ríkisstjórnarinnar ríkisstjórninni
is kosningar kosningum kosninganna kosningarnar kosningunum
is samningur samningurinn samninginn samningsins samningar
is stríð stríði stríðið stríðinu
is ísland íslandi íslands
is fundur fundi fundinum
sq qeveri qeveria qeverisë qeverinë qeveritë
sq qytet qyteti qytetit qytetin qytete
sq president presidenti presidentit presidentin presidentët
sq ministër ministri ministrit ministrin
sq zgjedhje zgjedhjet zgjedhjeve
sq ligj ligji ligjin ligjet ligjit
gl elección eleccións
gl goberno gobernos
gl presidente presidenta presidentes
gl cidade cidades
gl aprobou aprobar aprobaron aprobado
gl hospital hospitais
gl eleição eleições
ka მთავრობა მთავრობის მთავრობამ მთავრობას მთავრობაში
ka არჩევნები არჩევნების არჩევნებში არჩევნებს
ka პრეზიდენტი პრეზიდენტის პრეზიდენტმა პრეზიდენტს
ka საქართველო საქართველოს საქართველოში საქართველოდან
ka თბილისი თბილისში თბილისის თბილისიდან
ka პარლამენტი პარლამენტმა პარლამენტში
az hökumət hökuməti hökumətin hökumətdən
az seçki seçkilər seçkilərin seçkilərdə
az prezident prezidenti prezidentin
az qərar qərarı qərarlar qərarın
az şəhər şəhəri şəhərdə şəhərin
az müqavilə müqaviləsi müqavilənin müqavilələr
az qaçqın qaçqınlar qaçqınların
az ev evlər evlərdə
az azərbaycan azərbaycanın azərbaycanda
az türkiyə türkiyənin türkiyədə
kk қазақстан қазақстанның қазақстанда қазақстанға
kk үкімет үкіметі үкіметтің үкіметке
kk президент президенті президенттің
kk сайлау сайлауы сайлауда сайлаудың
kk заң заңы заңды заңдар
kk қала қаланың қалада қалалар
ky кыргызстан кыргызстандын кыргызстанда
ky өкмөт өкмөтү өкмөттүн
ky шайлоо шайлоонун шайлоодо
ky президент президенти президенттин
uz hukumat hukumati hukumatning
uz saylov saylovlar saylovda saylovning
uz prezident prezidenti prezidentning
uz qaror qarori qarorlar
sw bunge bungeni
bn সরকার সরকারের সরকারকে
bn নির্বাচন নির্বাচনের নির্বাচনে
bn ঢাকা ঢাকার ঢাকায়
bn মন্ত্রী মন্ত্রীর মন্ত্রীরা মন্ত্রীদের
bn ঘর ঘরে ঘরের
bn দল দলের দলে
ur حکومت حکومتوں حکومتیں
ur انتخاب انتخابات
ur فیصلہ فیصلے فیصلوں
ur پارٹی پارٹیوں پارٹیاں
mr सरकार सरकारने सरकारच्या सरकारला
mr निवडणूक निवडणुकीत निवडणुका निवडणुकांमध्ये
mr मंत्री मंत्र्यांनी
mr महिला महिलांना महिलांनी
mr मुंबई मुंबईत
mr निर्णय निर्णयावर निर्णयाने निर्णयांचे
mr घर घरात घराचे घरांमध्ये
mr राज्य राज्यात राज्याच्या
gu ઘર ઘરમાં
gu સરકાર સરકારે સરકારની સરકારને સરકારમાં
gu ચૂંટણી ચૂંટણીઓ ચૂંટણીમાં ચૂંટણીની
pa ਸਰਕਾਰ ਸਰਕਾਰਾਂ
pa ਘਰ ਘਰਾਂ ਘਰੋਂ
pa ਚੋਣ ਚੋਣਾਂ
pa ਫੈਸਲਾ ਫੈਸਲੇ ਫੈਸਲਿਆਂ
pa ਪਾਰਟੀ ਪਾਰਟੀਆਂ
te ప్రభుత్వం ప్రభుత్వానికి ప్రభుత్వాన్ని ప్రభుత్వంలో ప్రభుత్వాలు
te ఎన్నిక ఎన్నికలు ఎన్నికల్లో ఎన్నికలకు
te మంత్రి మంత్రులు మంత్రికి
kn ಸರ್ಕಾರ ಸರ್ಕಾರದ ಸರ್ಕಾರವು ಸರ್ಕಾರಕ್ಕೆ ಸರ್ಕಾರದಿಂದ
kn ಚುನಾವಣೆ ಚುನಾವಣೆಯ ಚುನಾವಣೆಗಳು ಚುನಾವಣೆಯಲ್ಲಿ ಚುನಾವಣೆಗಳಲ್ಲಿ
kn ಒಪ್ಪಂದ ಒಪ್ಪಂದಗಳು ಒಪ್ಪಂದದ ಒಪ್ಪಂದವನ್ನು
ml മന്ത്രി മന്ത്രിമാർ മന്ത്രിയുടെ മന്ത്രിമാരുടെ
ml കരാർ കരാറിൽ കരാറിന്റെ കരാറുകൾ
ml സർക്കാർ സർക്കാരിന്റെ സർക്കാരിനെ
ml തിരഞ്ഞെടുപ്പ് തിരഞ്ഞെടുപ്പിൽ തിരഞ്ഞെടുപ്പിന്റെ
ml രാജ്യം രാജ്യത്ത് രാജ്യത്തിന്റെ രാജ്യങ്ങൾ
ml മന്ത്രി മന്ത്രിയുടെ
mn сонгууль сонгуулийн сонгуульд
mn ерөнхийлөгч ерөнхийлөгчийн
hr vlada vlade vladi vladu vladom
hr izbori izborima izbora
hr predsjednik predsjednika predsjedniku
ms kerajaan kerajaannya
ms pilihan memilih
af regering regerings
af verkiesing verkiesings verkiesinge
af president presidente
lb wal walen
lb minister ministeren
lb regierung regierungen
et seadus seaduse seadused seaduste
et valitsus valitsuse valitsused
et mets metsa metsad metsade
eu eskola eskolak eskolan eskolaren
eu bilbo bilbon bilbora
eu euskadi euskadin euskadiko
hy դպրոց դպրոցների դպրոցը դպրոցներ դպրոցում
hy կառավարություն կառավարության կառավարությունը
bg пристанище пристанището пристанища пристанищата
id sekolah sekolahnya
id pilih memilih dipilih
tr liman limanlar limanın limanları
tr seçim seçimler seçimlerde seçimin
tr cumhurbaşkanı cumhurbaşkanının
hu iskola iskolák iskolában iskolákat
hu párt pártok pártot pártja
af huis huise
af boer boere
ca casa cases
ca ministre ministra ministres
ca membre membres
ca llei lleis
ca classe classes
el συμφωνία συμφωνίες συμφωνίας συμφωνιών
el οικονομία οικονομίας οικονομίες
es gobierno gobiernos
es moderno modernos moderna modernas
es externo externos externas
es interno internos
es invierno inviernos
es cuaderno cuadernos
es paterno paternos
es gobernar gobernarnos gobernarlo
es año años
es obra obras
es isla islas
fa وزیر وزیران
fa کتاب کتابها کتابهای
fa دوست دوستان
fa سازمان سازمانها
fa خواهم میخواهم نمیخواهم
fi hallitus hallituksen hallitusta hallitukset hallituksessa
fi päätös päätöksen päätöstä päätökset
fi rikos rikoksen rikosta
fi oikeus oikeuden oikeudet oikeutta
fi helsinki helsingin helsingissä
fi kaupunki kaupungin kaupungit kaupunkia
fi poliisi poliisin poliisit
fi kriisi kriisin kriisit
pl mieszkaniec mieszkańcy mieszkańców
pl ukrainiec ukraińcy ukraińców
pt eleição eleições eleicao eleicoes
pt região regiões
pt alemão alemães
pt ano anos
pt obra obras
pt lei leis
pt nacional nacionais
pt hospital hospitais
pt nível níveis
pt papel papéis
pt homem homens
pt refém reféns
pt civil civis
ro ministru miniștri ministrul ministrului
ro acord acorduri acordul acordurile acordului
ro fond fonduri fondurile
ro președinte președintele președintelui președinți
ro război războiul războiului
ro centru centrul centre
ru беженец беженцы беженцев беженца
ru украинец украинцы украинцев
ru боец бойцы бойцов бойца
ru доброволец добровольцы добровольцев
ru рынок рынка рынки
ru поставка поставок поставки
ru копейка копеек
ru гражданин граждане граждан гражданам
"""
# A language, and two words that must not.
DIFFERENT = """
uk від вода
uk гол голова
uk рис росія
uk україна український
uk міністр мій
uk пам'ять пам
be рынак рыначны
bg гражданин град
mk министер минута
sl borec borba
is ísland ísing
is stríð strik
gl nacional nación
az müqavilə müqəddəs
az ev evristika
az türkiyə türkü
ky кыргызстан кыргыз
af staat stad
ca casa caça
ca ministre ministeri
el χώρα χωρίς
es gobierno gobio
es moderno modo
es año anís
es vernos verano
fa میلیون لیون
fa استان است
fa پایان پای
fi hallitus hallita
fi juoksu juo
fi talous talo
pl mieszkaniec mieszkanie
pt eleição eleitor
pt mais mal
pt mês mas
ro măsură masă
ro acord acuza
ru рынок рыночный
ru бойцы бой
ru гражданин гражданский
ru список спица
mr घर घाट
mr राज्य राजा
bn বল বলে
bn ঘর ঘড়ি
gu ઘર ઘાસ
pa ਘਰ ਘਾਟ
kn ಒಪ್ಪಂದ ಒಪ್ಪಿಗೆ
ml കരാർ കറ
eu bilbo bilduma
bg власт власи
kk қазақстан қазақ
ka საქართველო სადარბაზო
bn সরকার সরল
ms perintah perang
sq qytet qyqe
"""


def normalised(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


@pytest.mark.parametrize("line", INFLECTIONS.strip().splitlines())
def test_inflections_share_a_stem(line: str) -> None:
    language, *forms = line.split()
    stems = {form: stem_term(normalised(form), language) for form in forms}
    assert len(set(stems.values())) == 1, stems


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_other_words_have_other_stems(line: str) -> None:
    language, word, other = line.split()
    assert stem_term(normalised(word), language) != stem_term(normalised(other), language)


@pytest.mark.parametrize("line", INFLECTIONS.strip().splitlines())
def test_words_begin_like_their_stem_says(line: str) -> None:
    language, *forms = line.split()
    likeness = stem_likeness(stem_term(normalised(forms[0]), language))
    for form in forms:
        assert stem_term(normalised(form), "und").partition(":")[2].startswith(likeness)


def test_marks_may_be_left_off() -> None:
    assert stem_term("vládou", "sk") == stem_term("vladou", "sk")
    assert stem_term("seçkilərdə", "az") == stem_term("seckilərdə", "az")


def test_every_language_of_the_table_is_tested() -> None:
    assert {line.split()[0] for line in INFLECTIONS.strip().splitlines()} >= set(LIGHT)
    assert set(LIGHT) & set(SNOWBALL) == {"et", "eu", "hy", "id", "ms"}


@pytest.mark.parametrize("language", ["vi", "th", "ja", "tl", "am", "he", "und", "tlh"])
def test_other_languages_have_their_forms(language: str) -> None:
    assert stem_term("președinte", language) == f"{language}:presedinte"


@pytest.mark.parametrize(
    ("word", "language", "also"),
    [
        ("ממשלה", "he", ["ממשלה", "הממשלה", "לממשלה", "והממשלה", "שהממשלה"]),
        ("בירושלים", "he", ["ירושלים", "בירושלים", "מירושלים", "וירושלים"]),
        ("ኢትዮጵያ", "am", ["ኢትዮጵያ", "የኢትዮጵያ", "በኢትዮጵያ", "ለኢትዮጵያ"]),
        ("وزير", "ar", ["وزير", "الوزير", "والوزير", "للوزير"]),
        ("والقرار", "ar", ["قرار", "القرار", "والقرار", "وقرار", "بالقرار"]),
        ("caerdydd", "cy", ["caerdydd", "gaerdydd", "nghaerdydd", "chaerdydd"]),
        ("lywodraeth", "cy", ["llywodraeth", "lywodraeth"]),
        ("ngogledd", "cy", ["gogledd", "ogledd", "ngogledd"]),
    ],
)
def test_a_word_of_a_query_stands_for_several(word: str, language: str, also: list[str]) -> None:
    stems = query_stems(word, language)
    assert stem_term(word, language) in stems
    assert {stem_term(form, language) for form in also} <= stems


def test_short_words_are_not_taken_apart() -> None:
    assert "he:ית" not in query_stems("בית", "he")
    assert "cy:d" not in query_stems("dd", "cy")


@pytest.mark.parametrize("language", sorted(LIGHT))
def test_light_stems_cost_little(language: str) -> None:
    """2 µs a word on a machine of 2026; a tenfold bound fails only where something went wrong."""
    stem = stemmer(language)
    forms = [
        normalised(form)
        for line in INFLECTIONS.strip().splitlines()
        if line.startswith(f"{language} ")
        for form in line.split()[1:]
    ] * 50
    begun = time.process_time()
    for form in forms:
        stem(form)
    assert (time.process_time() - begun) / len(forms) < 20e-6


def described() -> dict[str, list[str]]:
    """Each rule of the table in docs/search.md with the languages that it names."""
    text = (Path(__file__).parents[2] / "docs" / "search.md").read_text("utf-8")
    section = text.partition("\n## Languages\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", section, re.MULTILINE)[2:]
    return {rule: re.findall("`([a-z]+)`", languages) for rule, languages in rows}


def test_the_documents_say_what_each_language_is_found_by() -> None:
    own, stepped, borrowed, both, light, together, mutated, pairs, forms = described().values()
    every = [*own, *stepped, *borrowed, *both, *light, *together, *mutated, *pairs, *forms]
    assert len(every) == len(set(every))
    assert {*own, *stepped, *borrowed, *both} == set(SNOWBALL)
    assert set(stepped) == {*BEFORE, *BEHIND}
    assert {*both, *light} == set(LIGHT)
    assert {SNOWBALL[language] for language in borrowed} <= {
        *(SNOWBALL[language] for language in [*own, *stepped])
    }
    words = {"he": "ירושלים", "am": "ኢትዮጵያ"}
    several = {
        language
        for language in every
        if len(query_stems(words.get(language, "caerdydd"), language)) > 1
    }
    assert several == {*together, *mutated}
    written = {"ja": "の", "km": "ខ", "ko": "국", "lo": "ລ", "my": "မ", "th": "ไ", "zh": "中"}
    assert set(pairs) == set(written)
    assert all(map(is_unspaced, written.values()))
