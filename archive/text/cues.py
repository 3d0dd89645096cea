"""Words that tell a place from the party that bears its name, by language.

The lists are written as the language writes them and compared without case and accents. They are
short on purpose: a cue that is missing leaves a suggestion for an editor, a wrong one a wrong tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive.text.gazetteer import fold_characters


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold_characters(listed).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What to look for beside a name.

    Before it: ``locative`` prepositions make it a place, at once or with ``between_words``
    (articles, directions, “the town of”) between; so does one of ``place_nouns`` with “of”, in
    ``of``. ``between`` opens a pair. ``companion`` (with) makes a party of what follows one of
    ``dealings`` (talks, agreement); ``adversative`` (against) always does. ``by`` does behind a
    participle, and so does one of ``party_phrases`` (according to).
    Behind it: ``deeds`` are the beginnings of words for what parties say and do, behind any number
    of ``auxiliaries``; ``organs`` what only parties have; ``parts`` what only places have.
    ``deeds_first``: the verb may as well stand directly before. ``deeds_on``: such a verb before a
    name does something to a party (accused Moscow), with ``object_marks`` between.
    ``conjunctions`` join two names. ``instrumental``: endings by which ``ambiguous_companion``, a
    preposition for “from” and “with”, means the latter. ``locative_endings``: those with which a
    further preposition makes a place.
    """

    locative: frozenset[str]
    between_words: frozenset[str]
    place_nouns: frozenset[str]
    of: frozenset[str] = frozenset()
    between: frozenset[str]
    conjunctions: frozenset[str]
    companion: frozenset[str]
    dealings: tuple[str, ...]
    adversative: frozenset[str]
    by: frozenset[str] = frozenset()
    party_phrases: tuple[tuple[str, ...], ...] = ()
    deeds: tuple[str, ...]
    deeds_first: bool = False
    deeds_on: tuple[str, ...] = ()
    object_marks: frozenset[str] = frozenset()
    auxiliaries: frozenset[str]
    organs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    ambiguous_companion: frozenset[str] = frozenset()
    instrumental: tuple[str, ...] = ()
    locative_endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _phrases(listed: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold_characters(phrase).split()) for phrase in listed.split(","))


def _beginnings(listed: str) -> tuple[str, ...]:
    return tuple(sorted(_words(listed)))


ENGLISH = Cues(
    locative=_words(
        "in near at from to into outside inside across around through throughout toward towards "
        "via within beyond onto entering leaving reached visiting visited"
    ),
    between_words=_words(
        "the a an of eastern western northern southern central south-eastern south-western "
        "north-eastern north-western southeastern southwestern northeastern northwestern "
        "east west north south downtown upper lower nearby neighbouring neighboring occupied "
        "mainland rural all most much parts part inner outer"
    ),
    place_nouns=_words(
        "city town village port capital suburb suburbs outskirts region province district island "
        "coast border borders streets airport territory centre center heart"
    ),
    of=_words("of"),
    between=_words("between"),
    conjunctions=_words("and or nor"),
    companion=_words("with"),
    dealings=_beginnings(
        "talks negotiat agree deal treat relation ties war contact dialogue ceasefire truce "
        "alliance dispute disagree cooperat meeting pact peace trade accord summit conflict "
        "exchange tension bargain"
    ),
    adversative=_words("against versus vs anti pro"),
    by=_words("by"),
    party_phrases=_phrases(
        "according to,loyal to,hostile to,opposed to,thanks to,concessions to,demands of,"
        "on behalf of,ally of,allies of,government of,president of,called on,calls on,sanctions on,"
        "pressure on,pressure from,demands from,statement from,support from,approval from,"
        "response from,reaction from,delegation from,delegations from,representatives from,"
        "negotiators from,envoys from,ministers from,leaders from,teams from"
    ),
    deeds=_beginnings(
        "said says saying told tells announc agree accus reject demand declar confirm deni deny "
        "urge warn claim insist propose pledge vow refus accept sign sought seek want call condemn "
        "critici welcom threaten offered offers respond repl react invad launch impos recogni "
        "withdr ratif negotiat blame deploy expel suspend retaliat promise vetoed veto backed "
        "raised raises undertook voted votes backs supported supports maintains argues argued "
        "asserted asserts signalled signaled"
    ),
    deeds_on=_beginnings(
        "said accus urg warn told blam condemn critici sanction press ask thank support back "
        "recogni invad threaten"
    ),
    auxiliaries=_words(
        "has have had also later again then now will would did does do not never both is are was "
        "were be been may might could should must on monday tuesday wednesday thursday friday "
        "saturday sunday yesterday today repeatedly publicly formally officially immediately "
        "quickly earlier recently"
    ),
    organs=_beginnings(
        "government ministr minister president army forces troops military soldiers delegation "
        "ambassador envoy negotiator position demand proposal offer response stance policy leader "
        "authorities official parliament spokes ally allies decision refusal claim readiness war "
        "invasion offensive plan condition interest foreign defence defense"
    ),
    parts=_beginnings(
        "region oblast suburb airport metro street hospital theatre theater district mayor "
        "resident university station stadium marathon zoo museum neighbourhood neighborhood "
        "cathedral"
    ),
)

GERMAN = Cues(
    locative=_words(
        "in im ins aus nach bei nahe unweit um durch außerhalb innerhalb nördlich südlich östlich "
        "westlich rund bis richtung"
    ),
    between_words=_words(
        "der die das den dem des von vom östlichen westlichen nördlichen südlichen zentralen "
        "besetzten ganz der umgebung nähe großraum raum"
    ),
    place_nouns=_words(
        "stadt hauptstadt kleinstadt großstadt hafenstadt dorf region provinz bezirk insel küste "
        "vorort vororten flughafen"
    ),
    between=_words("zwischen"),
    conjunctions=_words("und oder sowie noch"),
    companion=_words("mit"),
    dealings=_beginnings(
        "gespräch verhandlung abkommen vertrag vereinbarung beziehung krieg kontakt dialog "
        "waffenruhe waffenstillstand bündnis streit zusammenarbeit treffen frieden austausch"
    ),
    adversative=_words("gegen gegenüber laut seitens"),
    party_phrases=_phrases(
        "nach angaben,druck auf,delegation aus,delegationen aus,vertreter aus,unterhändler aus"
    ),
    deeds=_beginnings(
        "sagte sagt erklär kündig warf wirft beschuldig forder lehn stimmt einig teilt beton warn "
        "bestätig dementier verlang schlug schlägt unterzeichn weiger akzeptier bekräftig "
        "verurteil droh reagier bot bietet begrüß meldet"
    ),
    deeds_first=True,
    deeds_on=_beginnings("beschuldig warn verurteil unterstütz"),
    auxiliaries=_words(
        "hat haben hatte hatten habe will wollen wird werden auch zudem am montag dienstag "
        "mittwoch donnerstag freitag samstag sonntag gestern heute erneut später nun ist "
        "sind war waren"
    ),
)

UKRAINIAN = Cues(
    locative=_words(
        "в у під біля поблизу неподалік з із зі до через поза навколо довкола всередині"
    ),
    between_words=_words(
        "східній східної західній західної північній північної південній південної центральній "
        "центральної всій усій окупованій окупованої"
    ),
    place_nouns=_words(
        "місто місті міста містом село селі села столиця столиці столицю порт порту області "
        "область околиці околицях регіоні сході заході півночі півдні"
    ),
    between=_words("між поміж"),
    conjunctions=_words("і й та або чи"),
    companion=_words("із з зі"),
    dealings=_beginnings(
        "перемов переговор угод договор договір домовлен відносин війн контакт діалог перемир "
        "союз співпрац зустріч обмін мир"
    ),
    adversative=_words("проти"),
    party_phrases=_phrases("за даними,за словами,тиск на,позиція,вимоги,влада,уряд"),
    locative_endings={"на": ("і", "ї")},
    deeds=_beginnings(
        "заяв повідом оголос звинувати звинувач погоди відмови вимага домови запропон підтверд "
        "поперед засуд наполяг відкин підписа сказа закликал закликав назива вважа обіця"
    ),
    deeds_first=True,
    deeds_on=_beginnings("звинувати звинувач засуд підтрим"),
    auxiliaries=_words("також уже вже знову не у в понеділок вівторок середу четвер пятницю учора"),
    ambiguous_companion=_words("з із зі"),
    instrumental=("ою", "ею", "єю", "ом", "ем", "єм"),
)

RUSSIAN = Cues(
    locative=_words("в во из под около возле близ через вокруг внутри вне до"),
    between_words=_words("восточной западной северной южной центральной всей оккупированной"),
    place_nouns=_words(
        "город городе города городом село селе села столица столице столицы столицу порт порту "
        "области область окраине окраинах пригороде регионе востоке западе севере юге"
    ),
    between=_words("между"),
    conjunctions=_words("и или да"),
    companion=_words("с со"),
    dealings=_beginnings(
        "переговор соглашени договор договоренност отношени войн контакт диалог перемири союз "
        "сотрудничеств встреч обмен мир"
    ),
    adversative=_words("против"),
    party_phrases=_phrases(
        "по данным,по словам,давление на,позиция,требования,власти,правительство"
    ),
    locative_endings={"на": ("е", "и")},
    deeds=_beginnings(
        "заяв сообщи объяв обвини согласи отказ требу потребова договори предложи подтверд "
        "предупре осуди настаива отверг подписа сказа призва назва счита обеща"
    ),
    deeds_first=True,
    deeds_on=_beginnings("обвини осуди поддерж"),
    auxiliaries=_words("также уже снова не в понедельник вторник среду четверг пятницу вчера"),
    ambiguous_companion=_words("с со"),
    instrumental=("ой", "ей", "ою", "ею", "ом", "ем", "ью"),
)

ARABIC = Cues(
    locative=_words("في من إلى قرب خارج داخل عبر نحو حول شمال جنوب شرق غرب شرقي غربي وفي ومن وإلى"),
    between_words=_words("العاصمة ضواحي وسط"),
    place_nouns=_words("مدينة بلدة قرية منطقة محافظة ميناء"),
    between=_words("بين وبين"),
    conjunctions=_words("و"),
    companion=_words("مع"),
    dealings=_beginnings(
        "محادثات المحادثات مفاوضات المفاوضات اتفاق الاتفاق اتفاقية معاهدة علاقات العلاقات حرب "
        "الحرب هدنة تبادل الحوار حوار لقاء اجتماع"
    ),
    adversative=_words("ضد"),
    party_phrases=_phrases("كل من,حكومة,وفد من,وفدان من,وفود من,وساطة من,بطلب من"),
    deeds=_beginnings(
        "أعلنت أعلن قالت قال اتهمت اتهم رفضت رفض أكدت أكد طالبت طالب دعت وافقت وافق نفت حذرت ذكرت "
        "اقترحت وأعلنت وقالت واتهمت ورفضت وأكدت اتفقت تتهم تطالب ترفض تؤكد"
    ),
    deeds_first=True,
    auxiliaries=_words("قد لن لم سوف كانت"),
)

FRENCH = Cues(
    locative=_words("à en dans depuis vers près hors chez jusqu'à au aux via autour"),
    between_words=_words(
        "le la les l de du des d est ouest nord sud orientale occidentale centrale banlieue "
        "extérieur intérieur périphérie"
    ),
    place_nouns=_words("ville capitale village port région province aéroport quartier"),
    of=_words("de du d"),
    between=_words("entre"),
    conjunctions=_words("et ou ni"),
    companion=_words("avec"),
    dealings=_beginnings(
        "pourparlers négociation accord discussion guerre relation traité contact dialogue trêve "
        "échange paix réunion"
    ),
    adversative=_words("contre selon"),
    party_phrases=_phrases("sanctions sur,pression sur,gouvernement de"),
    by=_words("par"),
    deeds=_beginnings(
        "annonc déclar accus affirm convenu conviennent convient rejet exig refus accept propos "
        "demand confirm dément condamn averti signé réclam appel assur dit estim"
    ),
    deeds_on=_beginnings("accus condamn soutien"),
    auxiliaries=_words("a ont avait avaient va vont est sont ne pas aussi également se s se sont"),
)

SPANISH = Cues(
    locative=_words("en desde hacia cerca fuera dentro hasta por"),
    between_words=_words(
        "el la los las de del este oeste norte sur oriental occidental central afueras"
    ),
    place_nouns=_words("ciudad capital pueblo puerto región provincia aeropuerto barrio"),
    of=_words("de del"),
    between=_words("entre"),
    conjunctions=_words("y e o u ni"),
    companion=_words("con"),
    dealings=_beginnings(
        "conversacion negociacion acuerdo diálogo guerra relacion tratado contacto tregua "
        "intercambio paz reunión"
    ),
    adversative=_words("contra según"),
    party_phrases=_phrases("presión sobre,gobierno de"),
    deeds=_beginnings(
        "anunci dijo dice dijeron declar acus acord acept rechaz exig pidi pide propus propon "
        "confirm neg conden advirti firm reclam asegur afirm"
    ),
    deeds_on=_beginnings("acus conden advirti pidi apoy"),
    object_marks=_words("a"),
    auxiliaries=_words("ha han había habían va van es son no también se ya fue el lunes martes"),
)

CUES: dict[str, Cues] = {
    "ar": ARABIC,
    "de": GERMAN,
    "en": ENGLISH,
    "es": SPANISH,
    "fr": FRENCH,
    "ru": RUSSIAN,
    "uk": UKRAINIAN,
}
