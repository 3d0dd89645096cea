"""News in many languages lies in one index; each is found by another inflection, without saying so.

Where a language has no rules, or no inflection, it is found by the form that stands in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from archive.engines.memory.engine import MemoryEngine
from archive.engines.whoosh.engine import WhooshEngine
from archive.query.nodes import Node
from archive.query.parser import parse
from archive.search.engine import SearchEngine
from archive.text.languages import detect_language
from archive.text.light_stems import LIGHT
from archive.text.stems import SNOWBALL
from tests.engines.documents import FACETS, doc, fill, matching


class Row(NamedTuple):
    """A sentence of news, a query for it, relatives that it finds too, and one for nothing."""

    language: str
    sentence: str
    query: str
    relatives: str
    other: str


# language | sentence | query that finds it | relatives that have the word too | one that must not
TABLE = """
af | Die regering het Maandag nuwe verkiesings aangekondig. | verkiesing | - | verkeer
am | መንግሥት በኢትዮጵያ አዳዲስ ትምህርት ቤቶችን ሊገነባ ነው። | ኢትዮጵያ | - | ኢትዮ
ar | وافقت الحكومة على بناء مدارس جديدة في القرى. | حكومة | - | محكمة
az | Hökumət şəhərlərdə yeni məktəblərin tikintisini təsdiq etdi. | məktəb | uz | məktub
be | Урад прыняў рашэнне аб рамонце школ у Мінску. | рашэнні | - | мінулы
bg | Правителството прие решение за ремонта на пристанищата. | пристанище | - | пристъп
bn | সরকার গ্রামে নতুন বিদ্যালয়ের নির্মাণ অনুমোদন করেছে। | বিদ্যালয় | - | বিদ্যুৎ
ca | El govern ha aprovat la reforma dels hospitals comarcals. | hospital | ms | hotel
cs | Vláda schválila rozpočet na opravu železničních tratí. | vlády | sk | vlak
cy | Mae'r llywodraeth wedi cymeradwyo ysgolion newydd yng Nghaerdydd. | Caerdydd | - | caer
da | Regeringen fremlagde en plan for landets sygehuse. | sygehus | - | sygdom
de | Die Abgeordneten stimmten am Mittwoch über den Haushalt ab. | Abgeordneter | - | Abgeltung
el | Η κυβέρνηση ανακοίνωσε νέα μέτρα για τα νησιά. | νησί | - | νήμα
en | The ministers signed an agreement on grain exports in the harbour town. | signing | - | signal
eo | La registaro konstruos novajn lernejojn en la vilaĝoj. | lernejo | - | lerta
es | Los gobiernos reclamaron ayer más autobuses para los barrios del norte. | gobierno | - | barra
et | Valitsus kiitis heaks uue seaduse jõgede kaitseks. | valitsused | - | vald
eu | Jaurlaritzak eskola berriak eraikitzeko plana onartu du. | eskola | - | eskaera
fa | دولت ساخت مدرسه‌های تازه در روستاها را تصویب کرد. | مدرسه | - | روسیه
fi | Hallitus hyväksyi uuden lain metsien suojelusta. | hallituksen | - | edustaja
fr | Les députés ont adopté mardi la réforme des transports régionaux. | régionales | - | règne
ga | D'fhógair an rialtas plean chun scoileanna nua a thógáil. | fógair | - | fógha
gl | O goberno aprobou a construción de novas escolas nas vilas. | escola | - | escollo
gu | સરકારે ગામોમાં નવી શાળાઓ બાંધવાની મંજૂરી આપી. | શાળા | - | શાખા
he | הממשלה אישרה את הרחבת הנמל בחיפה. | חיפה | - | חוף
hi | सरकार ने गाँवों में नए विद्यालयों के निर्माण को मंज़ूरी दी। | विद्यालय | - | विदेश
hr | Vlada je usvojila zakon o zaštiti šuma na otocima. | šume | - | šumar
hu | A kormány új iskolákat épít a vidéki városokban. | városok | - | varjú
hy | Կառավարությունը հաստատեց նոր դպրոցների կառուցումը։ | կառավարության | - | կառք
id | Pemerintah membangun sekolah baru di desa-desa. | bangunan | - | bangku
is | Ríkisstjórnin samþykkti nýjan samning um fiskveiðar. | samningur | - | samgöngur
it | I sindaci hanno chiesto nuovi fondi per le scuole di montagna. | scuola | - | scoglio
ja | 政府は新しい橋の建設を承認した。 | 建設 | - | 設建
ka | მთავრობამ დაამტკიცა სკოლების მშენებლობის გეგმა. | სკოლა | - | სკამი
kk | Үкімет ауылдардағы мектептерді жөндеуге қаржы бөлді. | мектеп | ky | мекен
kn | ಸರ್ಕಾರವು ಗ್ರಾಮಗಳಲ್ಲಿ ಹೊಸ ಶಾಲೆಗಳನ್ನು ನಿರ್ಮಿಸಲು ನಿರ್ಧರಿಸಿದೆ. | ಶಾಲೆ | - | ಶಾಂತಿ
ko | 정부는 새로운 학교 건설 계획을 승인했다. | 학교 | - | 교학
ky | Өкмөт айылдардагы мектептерди оңдоого каражат бөлдү. | мектептер | kk | мекен
lt | Vyriausybė patvirtino naują mokyklų statybos planą. | mokykla | - | mokytojas
lv | Saeima ceturtdien pieņēma likumu par pilsētu budžetiem. | budžets | - | bute
mk | Собранието го усвои законот за пензиите. | пензија | - | пенкало
ml | സർക്കാർ ഗ്രാമങ്ങളിൽ പുതിയ സ്കൂളുകൾ നിർമ്മിക്കാൻ തീരുമാനിച്ചു. | ഗ്രാമം | - | ഗ്രഹം
mn | Засгийн газар шинэ зам барих төсвийг баталлаа. | төсвийн | - | төмөр
mr | सरकारने गावांमध्ये नवीन रस्ते बांधण्यास मंजुरी दिली. | गाव | - | गाय
ms | Kerajaan meluluskan pembinaan hospital baharu di Sabah. | lulus | - | luluh
nb | Kommunen åpner to nye skoler i Bergen til høsten. | kommuner | - | komme
ne | सरकारले गाउँमा नयाँ अस्पताल बनाउने भयो। | अस्पतालको | - | अस्पष्ट
nl | De gemeente bouwt nieuwe woningen langs de rivier. | woning | - | woonden
pa | ਸਰਕਾਰ ਨੇ ਪਿੰਡਾਂ ਵਿੱਚ ਨਵੇਂ ਸਕੂਲਾਂ ਨੂੰ ਮਨਜ਼ੂਰੀ ਦਿੱਤੀ। | ਸਕੂਲ | - | ਸਕਣਾ
pl | Posłowie przyjęli ustawę o ochronie rzek. | ustawy | - | ustny
pt | As autoridades anunciaram a construção de duas pontes na capital. | construções | - | automóvel
ro | Parlamentul a adoptat legea privind pădurile ocrotite. | parlamentului | - | parlor
ru | Министры обсудили поставки зерна в портовые города. | поставка | - | постав
sk | Vláda schválila opravu mostov cez Dunaj. | mosty | - | mastný
sl | Ministri so potrdili zakon o varovanju gozdov. | gozd | - | gost
sq | Qeveria miratoi buxhetin për shkollat e qytetit. | shkolla | - | shkallë
sr | Скупштина је усвојила закон о железници. | железница | - | железо
sv | Regeringen presenterade nya regler för skolorna på torsdagen. | skola | nb | skoja
sw | Rais alizungumza bungeni kuhusu bajeti mpya. | bunge | - | bungo
ta | அரசு கிராமங்களில் புதிய பள்ளிகளை கட்ட முடிவு செய்தது. | பள்ளி | - | பள்ளம்
te | ప్రభుత్వం గ్రామాల్లో కొత్త రోడ్లను నిర్మించాలని నిర్ణయించింది. | ప్రభుత్వానికి | - | ప్రభువు
th | รัฐบาลอนุมัติงบประมาณสร้างโรงเรียนใหม่ | โรงเรียน | - | โรงแรม
tl | Inaprubahan ng Senado ang badyet para sa mga paaralan. | paaralan | - | aral
tr | Meclis, limanların genişletilmesi için yeni bir yasa kabul etti. | liman | - | limon
uk | Уряд схвалив рішення про відновлення мостів у Харкові. | Харків | - | харч
ur | حکومت نے دیہات میں نئے اسکولوں کی تعمیر کی منظوری دے دی۔ | اسکول | - | اسلوب
uz | Hukumat qishloqlardagi maktablarni ta'mirlash uchun mablag' ajratdi. | maktab | az | maktub
vi | Quốc hội thông qua luật bảo vệ rừng hôm thứ Ba. | rừng | - | ruộng
zh | 市政府决定修建新的学校和桥梁。 | 学校 | - | 校学
"""
ROWS = [Row(*line.split(" | ")) for line in TABLE.strip().splitlines()]
LANGUAGES = [row.language for row in ROWS]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchEngine]:
    directory: Path = tmp_path_factory.mktemp("languages")
    if request.param == "memory":
        engine: SearchEngine = MemoryEngine(facets=FACETS)
    else:
        engine = WhooshEngine(facets=FACETS, directory=directory / "index")
    fill(engine, [doc(row.language, row.sentence, language=row.language) for row in ROWS])
    yield engine
    engine.close()


def asked(text: str) -> Node:
    node = parse(text).node
    assert node is not None
    return node


@pytest.mark.parametrize("row", ROWS, ids=LANGUAGES)
def test_an_inflection_finds_the_sentence(engine: SearchEngine, row: Row) -> None:
    found = {row.language, *row.relatives.replace("-", "").split()}
    assert set(matching(engine, asked(row.query)).split()) == found


@pytest.mark.parametrize("row", ROWS, ids=LANGUAGES)
def test_another_word_finds_nothing(engine: SearchEngine, row: Row) -> None:
    assert matching(engine, asked(row.other)) == ""


@pytest.mark.parametrize("row", ROWS, ids=LANGUAGES)
def test_the_sentence_is_found_as_it_stands(engine: SearchEngine, row: Row) -> None:
    assert matching(engine, asked(f'"{row.sentence}"')) == row.language
    assert matching(engine, asked(f'="{row.sentence}"')) == row.language


@pytest.mark.parametrize("row", ROWS, ids=LANGUAGES)
def test_the_language_of_the_sentence_is_told(row: Row) -> None:
    told = detect_language(row.sentence)
    assert told == row.language or (told, row.language) == ("no", "nb")


def test_the_table_is_long_enough() -> None:
    assert len(set(LANGUAGES)) == len(ROWS) >= 40
    without = set(SNOWBALL) - set(LANGUAGES) - {"bs", "lb", "nn", "no", "sh", "st", "yi"}
    assert not without
    assert set(LIGHT) <= set(LANGUAGES)
