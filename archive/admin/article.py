"""Articles: the list, the form, and what was changed."""

from __future__ import annotations

from typing import Any, Literal

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.forms import CheckboxInput
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime

from archive.admin.article_actions import ArticleActions
from archive.admin.article_form import ArticleForm
from archive.admin.article_inlines import NewTagInline, ReferenceFormSet, ReferenceInline, TagInline
from archive.admin.base import ArchiveAdmin, change_link
from archive.admin.curation import counted, editor, judge
from archive.admin.filters import DatedFilter, RunFilter, SourceFilter, WrittenFilter
from archive.admin.paging import SwiftChangeList
from archive.admin.proposals import (
    ProposalFormSet,
    ProposalInline,
    ProposedFilter,
    decide_proposals,
    has_proposals,
)
from archive.exceptions import QueryError, SearchIndexError
from archive.models import Article, Status, TagState
from archive.models.article import CONTENT_FIELDS
from archive.services.curating import add_tags, replace_references
from archive.services.searching import staff_search
from archive.services.versions import version_changes
from archive.text.numbers import spaced

MOST_FOUND = 1_000
_TITLE_SHOWN = 120
_HEAVY = ("body", "summary", "usage_terms", "bylines", "edited_fields")


class ArticleChangeList(SwiftChangeList):
    """Articles by date in the order in which an index holds them."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        ordering: list[Any] = super().get_ordering(request, queryset)
        if ordering[0] in ("published_lower", "-published_lower"):
            # Any other tie-break would sort all articles of a day, or all that are undated.
            return [ordering[0], ordering[0].replace("published_lower", "public_id")]
        return ordering

    def get_ordering_field_columns(self) -> dict[int, Literal["desc", "asc"]]:
        """No column leads where relevance does."""
        if self.query and ORDER_VAR not in self.params:
            return {}
        return super().get_ordering_field_columns()


@admin.register(Article)
class ArticleAdmin(ArticleActions, ArchiveAdmin[Article]):
    """Articles, the latest to arrive first."""

    form = ArticleForm
    list_display = ("title", "published_day", "source", "standing", "added")
    list_filter = (
        "status",
        DatedFilter,
        "access",
        WrittenFilter,
        ProposedFilter,
        SourceFilter,
        RunFilter,
    )
    list_select_related = ("source",)
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ("published_day", "added")
    search_fields = ("headline",)
    search_help_text = (
        "Words, a “phrase”, party:ukraine, place:istanbul, date:2025-06, source:…, id:…, batch:… – "
        "as on the public search page, over drafts and withdrawn articles as well."
    )
    actions = ("publish", "withdraw", "to_draft", "confirm_tags")
    autocomplete_fields = ("source",)
    inlines = (TagInline, NewTagInline, ReferenceInline)
    radio_fields = {"status": admin.HORIZONTAL, "access": admin.VERTICAL}
    readonly_fields = (
        "seen_now",
        "public_id",
        "supplier_id",
        "run_link",
        "received_link",
        "version",
        "kept_from_imports",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        ("Text", {"fields": ("headline", "summary", "body", "bylines", "language")}),
        (
            "Publication",
            {"fields": ("published", "source", "section", ("page", "edition"), "canonical_url")},
        ),
        (
            "Visibility",
            {
                "fields": ("seen_now", "status", "withdrawal_reason", "embargo_until", "access"),
                "description": (
                    "Articles are not deleted. Withdraw one instead: its address then says why "
                    "it is gone, and nothing else of it."
                ),
            },
        ),
        ("Rights", {"fields": ("credit", "usage_terms")}),
        (
            "Where it comes from",
            {
                "classes": ("collapse",),
                "fields": (
                    "public_id",
                    "supplier_id",
                    "run_link",
                    "received_link",
                    "version",
                    "kept_from_imports",
                    "created_at",
                    "updated_at",
                ),
            },
        ),
    )

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SwiftChangeList]:
        return ArticleChangeList

    def for_list(self, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.defer(*_HEAVY).annotate(opening=Substr("body", 1, 80))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """Ask the engine, over both shelves; without it, the beginning of headlines."""
        text = search_term.strip()
        if not text:
            return queryset, False
        try:
            answer = staff_search(text, limit=MOST_FOUND)
        except QueryError as error:
            self._say(request, f"The query cannot be read. {error}", messages.ERROR)
            return queryset.none(), False
        except SearchIndexError as error:
            self._say(
                request,
                f"The search cannot answer: {error} Listed are headlines that begin with what was "
                "typed.",
                messages.WARNING,
            )
            # A range, which an index answers; LIKE would read every headline.
            return queryset.filter(headline__gte=text, headline__lt=f"{text}\U0010ffff"), False
        if answer.total > len(answer.ids):
            self._say(
                request,
                f"{spaced(answer.total)} articles match; the best {spaced(len(answer.ids))} are "
                "listed. Add a word, a party or a date to narrow them.",
                messages.INFO,
            )
        found = queryset.filter(public_id__in=answer.ids)
        if ORDER_VAR not in request.GET:
            # Ids have one length, so where one stands in the row of them is its rank.
            found = found.order_by(StrIndex(Value(" ".join(answer.ids)), "public_id"))
        return found, False

    def _say(self, request: HttpRequest, text: str, level: int) -> None:
        if request.method == "GET":  # an action asks for the same list once more
            self.message_user(request, text, level)

    @admin.display(description="Choose")
    def action_checkbox(self, obj: Article) -> SafeString:
        box = CheckboxInput(
            {"class": "action-select", "aria-label": f"Choose “{strip_tags(self.title(obj))}”"},
            check_test=lambda _: False,
        )
        return box.render("_selected_action", str(obj.pk))

    @admin.display(description="headline")
    def title(self, article: Any) -> SafeString:
        whole = str(article.headline or f"{article.opening}…")
        return format_html("<bdi>{}</bdi>", Truncator(whole).chars(_TITLE_SHOWN))

    @admin.display(description="added", ordering="pk")
    def added(self, article: Article) -> str:
        return f"{localtime(article.created_at):%Y-%m-%d %H:%M}"

    @admin.display(description="published", ordering="published_lower")
    def published_day(self, article: Article) -> str:
        return article.published_english

    @admin.display(description="status")
    def standing(self, article: Article) -> SafeString | str:
        said = article.get_status_display()
        if article.status == Status.PUBLISHED and not article.is_public():
            why = "source hidden" if article.source and not article.source.visible else "embargo"
            said = f"{said}, {why}"
        return format_html('<span class="status status-{}">{}</span>', article.status, said)

    # The form

    def get_view_on_site_url(self, obj: Article | None = None) -> str | None:
        return obj.get_absolute_url() if obj is not None and obj.is_public() else None

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if change and not form.changed_data:
            return  # only tags or references were changed, which tell the index themselves
        obj.changed_by = editor(request)
        if change:
            earlier = Article.objects.get(pk=obj.pk).content()
            now = obj.content()
            edited = {name for name in CONTENT_FIELDS if earlier[name] != now[name]}
            obj.edited_fields = sorted({*obj.edited_fields, *edited})
        obj.save()

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        inlines = list(super().get_inlines(request, obj))
        return [ProposalInline, *inlines] if has_proposals(request, obj) else inlines

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Afterwards: what the form says of the same fields is older.
        for formset in formsets:
            if isinstance(formset, ProposalFormSet) and (
                left := decide_proposals(request, formset)
            ):
                self.message_user(
                    request,
                    f"{counted(left, 'proposal')} cannot be taken as things are: an article needs "
                    "a headline or a text, and its source has to be there.",
                    messages.WARNING,
                )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)  # tells the log what changed
        if isinstance(formset, ProposalFormSet):
            return  # decided when all else is saved
        if isinstance(formset, ReferenceFormSet):
            replace_references(article=form.instance, references=formset.in_order())
        elif formset.form.base_fields.get("entity") is not None:
            added = [tag.entity_id for tag in formset.new_objects]
            add_tags(article=form.instance, entities=added, by=editor(request))
        else:
            for state in (TagState.CONFIRMED, TagState.REJECTED):
                keys = [tag.pk for tag, _ in formset.changed_objects if tag.state == state]
                judge(tags=keys, state=state, by=editor(request))

    @admin.display(description="seen now")
    def seen_now(self, article: Article) -> SafeString | str:
        if article.pk is None:
            return "By nobody outside: it is new."
        if article.is_public():
            return format_html(
                'By everyone, <a href="{}">on its page</a>.', article.get_absolute_url()
            )
        if article.status == Status.DRAFT:
            return "By nobody outside: it is a draft."
        if article.status == Status.WITHDRAWN:
            return "By nobody outside: it is withdrawn, and its address says why."
        if article.source is not None and not article.source.visible:
            return "By nobody outside: its source is hidden."
        end = article.embargo_until or timezone.now()
        return f"By nobody outside before the embargo ends, {localtime(end):%Y-%m-%d %H:%M %Z}."

    @admin.display(description="import run")
    def run_link(self, article: Article) -> SafeString | str:
        return change_link(article.import_run)

    @admin.display(description="as received")
    def received_link(self, article: Article) -> SafeString | str:
        return change_link(article.received)

    @admin.display(description="kept from imports")
    def kept_from_imports(self, article: Article) -> str:
        names = ", ".join(name.removesuffix("_id") for name in article.edited_fields)
        return names.replace("_", " ") or "nothing: a new import may change every field"

    # What was changed

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("withdraw/", wrap(self.withdraw_view), name="archive_article_withdraw"),
            path("<int:pk>/versions/", wrap(self.versions_view), name="archive_article_versions"),
            *super().get_urls(),
        ]

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the article said before, change by change."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        article = Article.objects.filter(pk=pk).first()
        if article is None:
            raise Http404("There is no such article.")
        context = {
            **self.admin_site.each_context(request),
            "title": "Earlier versions",
            "subtitle": str(article),
            "opts": self.opts,
            "article": article,
            "back": reverse("admin:archive_article_change", args=[pk]),
            "changes": version_changes(article=article),
        }
        return TemplateResponse(request, "admin/archive/article/versions.html", context)
