"""Form fields for what stands in an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict

from archive.exceptions import ArchiveError
from archive.services.questions import MAX_VALUE_LENGTH, MAX_VALUES

_no_null = ProhibitNullCharactersValidator()


class ManyValues(forms.Widget):
    """Reads every occurrence of a repeatable parameter."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        if isinstance(data, QueryDict):
            return [str(value) for value in data.getlist(name)]
        value = data.get(name, [])
        return [value] if isinstance(value, str) else list(value)


class MultipleSlugField(forms.Field):
    """A repeatable parameter of slugs or names, bounded in number and length.

    Nothing is looked up here: what the values mean is found out for all of them at once.
    ``check`` reads one value and may raise ArchiveError, whose sentence becomes the field's error.
    """

    widget = ManyValues

    def __init__(self, *, check: Callable[[str], str] | None = None, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.check = check

    def clean(self, value: Sequence[str] | None) -> tuple[str, ...]:
        given = list(dict.fromkeys(part.strip() for part in value or () if part.strip()))
        if len(given) > MAX_VALUES:
            raise ValidationError(
                f"At most {MAX_VALUES} values can be chosen at once, not {len(given)}. "
                "Choose fewer."
            )
        return tuple(dict.fromkeys(self._cleaned(part) for part in given))

    def _cleaned(self, value: str) -> str:
        if len(value) > MAX_VALUE_LENGTH:
            raise ValidationError(
                f"A value has at most {MAX_VALUE_LENGTH} characters, not {len(value)}."
            )
        _no_null(value)
        return checked(self.check, value) if self.check else value


class PeriodField(forms.CharField):
    """A year, a month or a day."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.check = check

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        return checked(self.check, text) if text else ""


def checked(check: Callable[[str], str], value: str) -> str:
    """``check(value)``, its error turned into the form's."""
    try:
        return check(value)
    except ArchiveError as error:
        raise ValidationError(str(error)) from None
