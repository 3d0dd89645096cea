"""What an editor does to many articles at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from archive.admin.curation import MOST_AT_ONCE, counted, editor, log_action, too_many
from archive.models import Article, Tag
from archive.services import curating
from archive.text.normalize import clean_text

if TYPE_CHECKING:
    from archive.admin.base import ArchiveAdmin

    _Admin = ArchiveAdmin[Article]
else:
    _Admin = object


class WithdrawalForm(forms.Form):
    """Why articles are withdrawn, and which; ``keys`` is checked against what may be chosen."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Shown to whoever opens the address of one of them.",
    )
    keys = forms.RegexField(
        r"^[0-9]{1,18}(,[0-9]{1,18})*$", widget=forms.HiddenInput, max_length=20 * MOST_AT_ONCE
    )

    def clean_reason(self) -> str:
        reason = clean_text(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError("Say why, in a sentence.")
        return reason

    def chosen(self) -> list[int]:
        """The keys of the articles."""
        return [int(key) for key in self.cleaned_data["keys"].split(",")][:MOST_AT_ONCE]


class ArticleActions(_Admin):
    """Publish, withdraw, take back, and confirm what was suggested."""

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        keys = self._chosen(request, queryset)
        if keys is None:
            return
        changed = curating.publish_articles(articles=keys, by=editor(request))
        log_action(request, Article, changed, "Published.")
        public = Article.objects.public()
        # Counted in parts: databases bound how many keys one question may name.
        shown = sum(
            public.filter(pk__in=changed[start : start + 500]).count()
            for start in range(0, len(changed), 500)
        )
        text = f"{counted(len(changed), 'article')} published."
        if hidden := len(changed) - shown:
            text += (
                f" {counted(hidden, 'article')} of them cannot be seen yet: "
                "an embargo has not ended, or the source is hidden."
            )
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description="Withdraw …", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse | None:
        keys = self._chosen(request, queryset)
        if keys is None:
            return None
        form = WithdrawalForm(initial={"keys": ",".join(map(str, keys))})
        return self._ask_why(request, form, len(keys), request.get_full_path())

    @admin.action(description="Take back to draft", permissions=["change"])
    def to_draft(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        keys = self._chosen(request, queryset)
        if keys is None:
            return
        changed = curating.return_to_draft(articles=keys, by=editor(request))
        log_action(request, Article, changed, "Taken back to draft.")
        self.message_user(
            request,
            f"{counted(len(changed), 'article')} taken back: now drafts, seen by nobody outside.",
            messages.SUCCESS,
        )

    @admin.action(description="Confirm all suggested tags", permissions=["change"])
    def confirm_tags(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        keys = self._chosen(request, queryset)
        if keys is None:
            return
        changed = curating.confirm_suggested_tags(articles=keys, by=editor(request))
        log_action(request, Tag, changed, "Confirmed.")
        self.message_user(request, f"{counted(len(changed), 'tag')} confirmed.", messages.SUCCESS)

    def withdraw_view(self, request: HttpRequest) -> HttpResponse:
        """Withdraw what the action chose, once there is a reason."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("admin:archive_article_changelist")
        if request.method != "POST":
            return HttpResponseRedirect(back)
        form = WithdrawalForm(request.POST)
        if not form.is_valid():
            count = request.POST.get("keys", "").count(",") + 1
            return self._ask_why(request, form, count, back)
        keys = form.chosen()
        changed = curating.withdraw_articles(
            articles=keys, reason=form.cleaned_data["reason"], by=editor(request)
        )
        log_action(request, Article, changed, "Withdrawn.")
        text = f"{counted(len(changed), 'article')} withdrawn."
        if left := len(keys) - len(changed):
            text += f" {counted(left, 'article')} left alone: only published ones can be withdrawn."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(back)

    def _ask_why(
        self, request: HttpRequest, form: WithdrawalForm, count: int, back: str
    ) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": f"Withdraw {counted(count, 'article')}",
            "opts": self.opts,
            "form": form,
            "next": back,
        }
        return TemplateResponse(request, "admin/archive/article/withdraw.html", context)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> list[int] | None:
        keys = list(queryset.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(keys) > MOST_AT_ONCE:
            self.message_user(request, too_many(), messages.ERROR)
            return None
        return keys
