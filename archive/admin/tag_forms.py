"""What an editor may say of a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from archive.models import Entity, Tag, TagState

if TYPE_CHECKING:
    _TagForm = forms.ModelForm[Tag]
    _EntityChoice = forms.ModelChoiceField[Entity]
else:
    _TagForm = forms.ModelForm
    _EntityChoice = forms.ModelChoiceField


class TagStateForm(_TagForm):
    """A tag as it stands, confirmed, or rejected: the other states are for machines to give."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "state" in self.fields:
            offered = {self.instance.state, TagState.CONFIRMED, TagState.REJECTED}
            self.fields["state"].choices = [  # type: ignore[attr-defined]  # a choice field
                choice for choice in TagState.choices if choice[0] in offered
            ]
