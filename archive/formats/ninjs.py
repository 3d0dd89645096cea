"""News in JSON, the standard of the IPTC: versions 1, 2 and 3.

A file is one item, a list of items, or one item a line. Names are read without regard to case, as
``versioncreated`` became ``versionCreated`` in version 3. Only ``uri`` is required by the standard;
an article also needs words. docs/importing.md says what becomes of which field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, ClassVar, TypeGuard

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Received, Reference
from archive.formats.concepts import identifiers_of
from archive.formats.json_pieces import pieces
from archive.formats.json_stream import first_object
from archive.formats.limits import (
    MAX_HEADLINE,
    MAX_LABEL,
    MAX_LIST_ITEMS,
    MAX_NAME,
    safe_link,
)
from archive.formats.values import (
    bounded,
    date_of,
    kind_of,
    language_of,
    line_of,
    moment_of,
    parse_json,
    shown,
    text_of,
    version_of,
)
from archive.formats.wordings import paragraphs_of, same_beginning, without_title
from archive.text.normalize import clean_text
from archive.text.wordlists import words

# Names that only ninjs has, and those by which JSON Lines of our own are told from it.
_TELLING = words(
    "altids bodies body_html body_text body_xhtml contentcreated copyrightholder copyrightnotice "
    "description_text descriptions embargoeduntil firstcreated headlines pubstatus "
    "representationtype versioncreated $standard standard"
)
_FOREIGN = words("id body bylines published")
_STATUSES = {
    "usable": "published",
    "withheld": "draft",
    "canceled": "withdrawn",
    "cancelled": "withdrawn",
}
_KINDS = {
    "topic": ("subject", "subjects"),
    "place": ("place", "places"),
    "person": ("person", "people"),
    "organisation": ("organisation", "organisations"),
    "party": ("organisation", "organisations"),
}
_SUMMARIES = ("summary", "abstract", "lead", "text", "xhtml", "")
_NO_SUMMARIES = ("creditline", "writer")
_MEDIA = ("audio", "component", "graphic", "picture", "video")
_NITF_TEXT = re.compile(r"<body\.content[^<>]*>(?P<text>.*?)(?:</body\.content>|\Z)", re.DOTALL)
_LONG_LINE = 120
_HINT = "Write one object for each item, or a list of them."
_NO_ITEM = f"This is neither a news item nor a list of them. {_HINT}"


class NinjsReader(Reader):
    """Reads items one by one; ``position`` is the number of the item in its file."""

    name: ClassVar[str] = "ninjs"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".ninjs")

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the first object has the names of a news item."""
        names = {name.lower() for name in first_object(beginning)}
        telling = len(names & _TELLING)
        return telling >= 2 or ("uri" in names and (telling > 0 or not names & _FOREIGN))

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each item, bad ones as errors that name the line on which the item begins."""
        number = 0
        for number, piece in enumerate(pieces(stream, otherwise=_NO_ITEM), 1):
            try:
                if piece.problem is not None:
                    raise piece.problem
                record = read_item(parse_json(piece.content, hint=_HINT))
            except RecordError as error:
                error.line = piece.line
                yield Received(position=number, content=piece.content, error=error)
            else:
                yield Received(position=number, content=piece.content, record=record)
        if not number:
            nothing = RecordError("The file holds no news item. See whether it is whole.")
            yield Received(position=1, content=b"", error=nothing)


def read_item(data: Any) -> ArticleRecord:
    """Turn one news item into a record. Raises RecordError with the field's name."""
    if not isinstance(data, dict):
        raise RecordError(f"A news item is an object, and this is {kind_of(data)}. {_HINT}")
    item = _Item(data)
    uri = item.line("uri", 500)
    if not uri:
        raise RecordError("There is no `uri`. A news item needs one; or name another --format.")
    status = item.status()
    headline = item.headline()
    body = without_title(item.body(), headline)
    summary, credit = item.summary(), item.credit()
    if not (headline or body):
        body = summary
    notice = not (headline or body) and status == "withdrawn"
    if notice:
        headline = item.line("slugline", MAX_HEADLINE) or uri
    if not (headline or body):
        raise RecordError(
            "There is neither a headline or title nor a body or description. "
            "An article needs one of them."
        )
    rights = item.paragraphs("copyrightnotice")
    if not credit and len(rights) <= 500:
        credit, rights = " ".join(rights.split()), ""
    elif credit:
        rights = ""
    return ArticleRecord(
        supplier_id=uri,
        version=version_of(
            text_of(item.value("version"), "`version`", number=True), item.text("versioncreated")
        ),
        notice=notice,
        headline=headline,
        summary="" if same_beginning(body, summary) else summary,
        body=body,
        language=language_of(item.text("language"), "`language`"),
        published=item.published(),
        source=item.source(),
        bylines=tuple(filter(None, [item.line("by", MAX_NAME) or item.line("byline", MAX_NAME)])),
        status=status,
        embargo=moment_of(item.text("embargoeduntil") or item.text("embargoed"), "`embargoed`"),
        credit=credit,
        usage_terms="\n\n".join(filter(None, [item.usage_terms(), rights])),
        entities={kind: names for kind in _KINDS if (names := item.entities(kind))},
        references=item.references(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """One wording of a headline, a description or a body."""

    value: str
    role: str
    content_type: str

    @property
    def is_html(self) -> bool:
        return "html" in self.content_type or (not self.content_type and "html" in self.role)

    @property
    def is_xml(self) -> bool:
        return "xml" in self.content_type or "nitf" in f"{self.content_type} {self.role}"

    def paragraphs(self) -> str:
        if self.is_html:
            return paragraphs_of(self.value)
        if self.is_xml:
            found = _NITF_TEXT.search(self.value)
            return paragraphs_of(found["text"] if found else self.value)
        text = self.value.replace("\r\n", "\n")
        if "\n\n" not in text and max(map(len, text.split("\n"))) > _LONG_LINE:
            text = text.replace("\n", "\n\n")  # lines that were never wrapped are paragraphs
        return paragraphs_of(text, markup=False)


class _Item:
    """The fields of one item, their names in lower case. Null is the same as nothing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data: dict[str, Any] = {}
        for name, value in data.items():
            if value is not None:
                self._data.setdefault(name.lower(), value)

    def value(self, name: str) -> Any:
        return self._data.get(name)

    def text(self, name: str) -> str:
        return text_of(self._data.get(name), f"`{name}`")

    def line(self, name: str, limit: int) -> str:
        return line_of(self._data.get(name), limit, f"`{name}`")

    def paragraphs(self, name: str) -> str:
        return paragraphs_of(self.text(name), markup=False)

    def status(self) -> str:
        written = self.text("pubstatus").strip().lower().removeprefix("stat:")
        if written and written not in _STATUSES:
            raise RecordError(
                f"`pubstatus` is “{shown(written)}”. Write one of: usable, withheld, canceled."
            )
        return _STATUSES.get(written, "")

    def headline(self) -> str:
        wordings = self.texts("headline", "headlines")
        wordings.sort(key=lambda text: text.role not in ("", "main"))
        lines = [" ".join(text.paragraphs().split()) for text in wordings]
        found = next(filter(None, lines), "") or clean_text(self.text("title"))
        return bounded(found, MAX_HEADLINE, "the headline")

    def body(self) -> str:
        wordings = self.texts("body", "bodies")
        wordings.sort(key=lambda text: (not text.is_html, text.is_xml))
        return next(filter(None, (text.paragraphs() for text in wordings)), "")

    def summary(self) -> str:
        wordings = [
            text
            for text in self.texts("description", "descriptions")
            if text.role not in _NO_SUMMARIES
        ]
        wordings.sort(
            key=lambda text: (
                _SUMMARIES.index(text.role) if text.role in _SUMMARIES else len(_SUMMARIES)
            )
        )
        return next(filter(None, (text.paragraphs() for text in wordings)), "")

    def credit(self) -> str:
        lines = [
            " ".join(text.paragraphs().split())
            for text in self.texts("description", "descriptions")
            if text.role == "creditline"
        ]
        return bounded(next(filter(None, lines), ""), 500, "the credit line")

    def usage_terms(self) -> str:
        rights = self._data.get("rightsinfo")
        linked = (
            rights.get("linkedrights") or rights.get("linkedRights") if _is_fields(rights) else None
        )
        return self.paragraphs("usageterms") or safe_link(text_of(linked, "`linkedrights`"))

    def published(self) -> str:
        for name in ("firstcreated", "versioncreated", "contentcreated"):
            if written := date_of(self.text(name), f"`{name}`"):
                return written
        # Where our own export keeps a date without a time, which the fields above cannot hold.
        for other in self.items("altids"):
            if other.get("role") == "issued":
                return date_of(text_of(other.get("value"), "`issued`"), "`issued`")
        return ""

    def source(self) -> str:
        holder = self.line("copyrightholder", MAX_NAME)
        if holder:
            return holder
        for source in self.items("infosource", "infosources"):
            name = source.get("name") or source.get("literal")
            if found := line_of(name, MAX_NAME, "the name in `infosources`"):
                return found
        return ""

    def entities(self, kind: str) -> tuple[NamedEntity, ...]:
        found: list[NamedEntity] = []
        for number, concept in enumerate(self.items(*_KINDS[kind]), 1):
            where = f"item {number} of `{_KINDS[kind][-1]}`"
            if (concept.get("rel") == "party") is not (kind == "party"):
                continue
            identifiers = identifiers_of(concept, where)
            name = line_of(concept.get("name"), MAX_NAME, f"the name of {where}") or line_of(
                concept.get("literal"), MAX_NAME, f"the literal of {where}"
            )
            if not name and identifiers:
                scheme, value = next(iter(identifiers.items()))
                name = value if scheme == "uri" else f"{scheme}:{value}"[:MAX_NAME]
            entity = NamedEntity(name=name, identifiers=identifiers)
            if name and entity not in found:
                found.append(entity)
        return tuple(found)

    def references(self) -> tuple[Reference, ...]:
        """Associated items that can be visited; pictures and sound are not what a text cites."""
        given = self._data.get("associations")
        related = list(given.values()) if _is_fields(given) else given or []
        if not isinstance(related, list) or len(related) > MAX_LIST_ITEMS:
            raise RecordError(f"`associations` is no list of up to {MAX_LIST_ITEMS:,} items.")
        found: dict[str, Reference] = {}
        for data in filter(_is_fields, related):
            item = _Item(data)
            url = safe_link(item.text("uri"))
            if url and item.text("type") not in _MEDIA:
                label = item.headline() or item.line("name", MAX_LABEL) or url
                found.setdefault(url, Reference(label=label[:MAX_LABEL], url=url))
        return tuple(found.values())

    def texts(self, one: str, many: str) -> list[_Text]:
        """The wordings of a field: ``body_xhtml`` in version 1, a list ``bodies`` later."""
        found = [
            _Text(
                value=text_of(value, f"`{name}`"),
                role=name.removeprefix(one).lstrip("_"),
                content_type="",
            )
            for name, value in self._data.items()
            if name == one or name.startswith(f"{one}_")
        ]
        for number, data in enumerate(self.items(many), 1):
            lowered = {name.lower(): value for name, value in data.items()}
            where = f"item {number} of `{many}`"
            found.append(
                _Text(
                    value=text_of(lowered.get("value"), where),
                    role=text_of(lowered.get("role"), f"the role of {where}").lower(),
                    content_type=text_of(
                        lowered.get("contenttype"), f"the type of {where}"
                    ).lower(),
                )
            )
        return [text for text in found if text.value]

    def items(self, *names: str) -> list[Mapping[str, Any]]:
        """The objects of a list, or of several one after another."""
        found: list[Mapping[str, Any]] = []
        for name in names:
            value = self._data.get(name, [])
            if not isinstance(value, list):
                raise RecordError(f"`{name}` is {kind_of(value)}. Write a list of objects.")
            if len(value) > MAX_LIST_ITEMS:
                raise RecordError(f"`{name}` has more than {MAX_LIST_ITEMS:,} items.")
            for number, item in enumerate(value, 1):
                if not isinstance(item, dict):
                    raise RecordError(f"Item {number} of `{name}` is {kind_of(item)}, no object.")
                found.append(item)
        return found


def _is_fields(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
