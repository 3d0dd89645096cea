"""Form fields that take what an editor would write."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from archive.exceptions import DateError, RecordError
from archive.text.analysis import UNDETERMINED
from archive.text.dates import MAX_DATE_LENGTH, read_date
from archive.text.languages import normalise_tag
from archive.text.normalize import clean_paragraphs, clean_text

_COUNTRY = re.compile(r"[A-Z]{2}")


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (clean_text(line) for line in str(value or "").splitlines())
        return [line for line in lines if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class PairsField(forms.CharField):
    """Values by name, one on each line: ``issn: 1234-5679``."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}: {held}" for name, held in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        pairs: dict[str, str] = {}
        for line in str(value or "").splitlines():
            name, colon, held = (clean_text(part) for part in line.partition(":"))
            if not (name or colon or held):
                continue
            if not (name and held):
                raise ValidationError(
                    f"“{clean_text(line)}” is not a name and a value. Write one such as "
                    "issn: 1234-5679 on each line.",
                    code="pairs",
                )
            pairs[name.lower()] = held
        return pairs

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True


class DateTextField(forms.CharField):
    """A date as precise as it is known, EDTF or ISO 8601; empty for undated."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MAX_DATE_LENGTH, "required": False, **options})

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text:
            try:
                read_date(text)
            except DateError as error:
                raise ValidationError(str(error), code="date") from None
        return text


class LanguageField(forms.CharField):
    """A BCP 47 tag, brought into its usual spelling; ``undetermined`` is what empty stands for."""

    def __init__(self, *, undetermined: str = UNDETERMINED, **options: Any) -> None:
        super().__init__(**{"max_length": 35, "required": False, **options})
        self.undetermined = undetermined

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return self.undetermined
        try:
            return normalise_tag(text)
        except RecordError as error:
            raise ValidationError(error.message, code="language") from None


class CountryField(forms.CharField):
    """An ISO 3166 code of two letters, in capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 2, **options})

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).upper()
        if code and not _COUNTRY.fullmatch(code):
            raise ValidationError(
                f"“{code}” is not a country code. Write two letters, such as DE.", code="country"
            )
        return code


class ParagraphsField(forms.CharField):
    """Text in paragraphs, cleaned as received text is."""

    widget = forms.Textarea

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Browsers send line ends of their own; by them alone no text has changed.
        return super().has_changed(initial, str(data or "").replace("\r\n", "\n"))

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return clean_paragraphs(text)
        except RecordError as error:
            raise ValidationError(error.message, code="body") from None


class LineField(forms.CharField):
    """One line of text, cleaned as received text is."""

    def clean(self, value: Any) -> str:
        return clean_text(str(super().clean(value)))
