"""The form of an article: what an editor may write, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget

from archive.admin.fields import DateTextField, LanguageField, LinesField
from archive.models import Article, Status
from archive.text.normalize import clean_text

if TYPE_CHECKING:
    _ArticleForm = forms.ModelForm[Article]
else:
    _ArticleForm = forms.ModelForm

_LINES = ("headline", "section", "page", "edition", "credit", "withdrawal_reason")


class ArticleForm(_ArticleForm):
    """One field for the date and its time, as precise as they are known."""

    published = DateTextField(
        label="Published on",
        widget=AdminTextInputWidget,
        help_text=(
            "Day, month or year (2025-06-02, 2025-06, 2025), a time with its zone "
            "(2025-06-02T10:15+03:00), or EDTF. Leave it empty where no date is known."
        ),
    )
    language = LanguageField(
        widget=AdminTextInputWidget(attrs={"class": "vShortField"}),
        help_text="A language tag such as en, uk or pt-BR. Leave it empty where it is not known.",
    )
    bylines = LinesField(
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="One name on each line.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("headline", "summary", "body"):
            if name in self.fields:
                self.fields[name].widget.attrs["dir"] = "auto"
        if "embargo_until" in self.fields:
            day, time = self.fields["embargo_until"].widget.widgets
            day.attrs["aria-label"] = "Embargo until, day"
            time.attrs["aria-label"] = "Embargo until, time"
        self.initial["published"] = written_date(self.instance)
        self.initial["language"] = "" if self.instance.language == "und" else self.instance.language

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in _LINES:
            if name in self.changed_data and name in cleaned:
                cleaned[name] = clean_text(cleaned[name])
        if {"headline", "body"} <= cleaned.keys() and not (cleaned["headline"] or cleaned["body"]):
            self.add_error("headline", "Write a headline or a text: an article needs one of them.")
        self._clean_withdrawal(cleaned)
        if "published" in cleaned:
            # The days and the moment that follow from the text are set here, on the article itself.
            if "published" in self.changed_data:
                self.instance.set_published(cleaned["published"])
            cleaned["published"] = self.instance.published
        return cleaned

    def _clean_withdrawal(self, cleaned: dict[str, Any]) -> None:
        if not {"status", "withdrawal_reason"} <= cleaned.keys():
            return
        status, reason = cleaned["status"], cleaned["withdrawal_reason"]
        if status != Status.WITHDRAWN:
            if reason and "withdrawal_reason" in self.changed_data:
                self.add_error(
                    "withdrawal_reason",
                    "Only a withdrawn article has a reason. Set the status to withdrawn as well.",
                )
            cleaned["withdrawal_reason"] = ""
        elif self.instance.status == Status.DRAFT:
            self.add_error("status", "A draft was never public. It can stay a draft.")
        elif not reason:
            self.add_error(
                "withdrawal_reason", "Say why, in a sentence for whoever opens its address."
            )


def written_date(article: Article) -> str:
    """The date as it would be typed: with the exact time, in its own zone, where that is known."""
    at = article.published_moment
    if at is None:
        return article.published
    return at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes")
