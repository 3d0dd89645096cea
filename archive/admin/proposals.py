"""What suppliers propose for fields that an editor has changed: shown, taken or dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from archive.admin.base import EditableInline, LabelledFormSet
from archive.admin.curation import editor
from archive.models import Article, Proposal
from archive.services.proposing import (
    ProposedChange,
    accept_proposals,
    dismiss_proposals,
    proposed_changes,
)
from archive.text.compare import Change, Piece

if TYPE_CHECKING:
    _ProposalForm = forms.ModelForm[Proposal]
else:
    _ProposalForm = forms.ModelForm

ACCEPT, DISMISS, LATER = "accept", "dismiss", ""
_GONE = "This waits no longer: somebody has decided, or the supplier now says the same as we do."
_TAGS = {Change.ADDED: "ins", Change.REMOVED: "del"}


class ProposalForm(_ProposalForm):
    """What an editor decides about one proposal, as it was when the page was shown."""

    decision = forms.ChoiceField(
        label="Decision",
        required=False,
        choices=((LATER, "later"), (ACCEPT, "take it"), (DISMISS, "keep ours")),
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["decision"] = LATER
        self.initial["seen"] = self.instance.at.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("decision"):
            return cleaned
        if self.instance.pk is None:
            self.add_error("decision", f"{_GONE} Choose “later”.")
        elif cleaned.get("seen") != self.instance.at.isoformat():
            self.add_error(
                "decision", "The supplier has sent another value meanwhile. Look at it again."
            )
        return cleaned

    def has_changed(self) -> bool:
        return "decision" in self.changed_data


class ProposalFormSet(LabelledFormSet):
    """All proposals about an article."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if form.is_bound and form.instance.pk is None:
            # One that is gone must not keep all else on the page from being saved.
            form.fields["id"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def decided(self, decision: str) -> list[int]:
        """The keys of the proposals about which that was decided."""
        return [
            form.instance.pk for form in self.forms if form.cleaned_data.get("decision") == decision
        ]


class ProposalInline(EditableInline[Proposal, Article]):
    """Proposals that wait for a decision. Who may change the article may decide."""

    model = Proposal
    form = ProposalForm
    formset = ProposalFormSet
    verbose_name_plural = "proposed by the supplier"
    readonly_fields = ("what", "difference", "since")
    can_delete = False
    classes = ("proposals",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changes: dict[int, ProposedChange] | None = None  # of the one page this is made for

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("what", "difference", "since")
        return (*shown, "decision", "seen") if self.has_change_permission(request, obj) else shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return super().get_queryset(request).filter(dismissed=False).order_by("field")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("archive.change_article")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("archive.view_article") or self.has_change_permission(
            request, obj
        )

    @admin.display(description="field")
    def what(self, proposal: Proposal) -> str:
        change = self._change(proposal)
        return change.change.label if change else _GONE

    @admin.display(description="ours, and theirs")
    def difference(self, proposal: Proposal) -> SafeString:
        change = self._change(proposal)
        pieces = change.change.pieces if change else ()
        return format_html('<div dir="auto">{}</div>', _marked(pieces))

    @admin.display(description="since")
    def since(self, proposal: Proposal) -> str:
        if self._change(proposal) is None:
            return ""
        run = f", import {proposal.run_id}" if proposal.run_id else ""
        return f"{localtime(proposal.at):%Y-%m-%d %H:%M}{run}"

    def _change(self, proposal: Proposal) -> ProposedChange | None:
        """What is proposed; None where it waits no longer."""
        if self._changes is None:
            self._changes = {one.key: one for one in proposed_changes(article=proposal.article)}
        return self._changes.get(proposal.pk)


class ProposedFilter(admin.SimpleListFilter):
    """Articles for which a supplier proposes something."""

    title = "proposals of suppliers"
    parameter_name = "proposed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "wait for a decision")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> QuerySet[Article] | None:
        if self.value() == "yes":
            # Their keys, which are few, lead to the articles; EXISTS would go through all of them.
            waiting = Proposal.objects.filter(dismissed=False).order_by()
            return queryset.filter(pk__in=waiting.values("article"))
        return None


def has_proposals(request: HttpRequest, article: Article | None) -> bool:
    """Whether proposals belong on a page: where some wait, and where the form sent has them."""
    if request.method == "POST":
        return "proposals-TOTAL_FORMS" in request.POST
    return article is not None and article.proposals.filter(dismissed=False).exists()


def decide_proposals(request: HttpRequest, formset: ProposalFormSet) -> int:
    """Do what was decided; returns how many proposals could not be taken."""
    accepted = formset.decided(ACCEPT)
    taken = accept_proposals(proposals=accepted, by=editor(request)) if accepted else []
    if dismissed := formset.decided(DISMISS):
        dismiss_proposals(proposals=dismissed)
    return len(accepted) - len(taken)


def _marked(pieces: tuple[Piece, ...]) -> SafeString:
    """What goes and what comes, as HTML."""
    marked = []
    for piece in pieces:
        tag = _TAGS.get(piece.change)
        text = " […] " if piece.change is Change.SKIPPED else escape(piece.text)
        marked.append(f"<{tag}>{text}</{tag}>" if tag else str(text))
    return mark_safe("".join(marked))  # noqa: S308 - every text is escaped
