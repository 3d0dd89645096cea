"""The review list of tags: what was found in a text, to be confirmed or rejected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from archive.admin.base import ArchiveAdmin, ReadOnlyInline, change_link
from archive.admin.context import passage_of
from archive.admin.curation import MOST_AT_ONCE, counted, editor, judge, log_action, too_many
from archive.admin.tag_forms import TagStateForm
from archive.models import Entity, EntityKind, Tag, TagEvidence, TagState

_DECISIONS = ("confirm", "reject")


class StateFilter(admin.SimpleListFilter):
    """What waits for a decision, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((str(state.value), str(state.label)) for state in TagState), ("any", "any state")]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]  # the stubs' own type is narrower than the documented one
        chosen = self.value() or TagState.SUGGESTED
        for value, label in self.lookup_choices:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> QuerySet[Tag]:
        chosen = self.value() or TagState.SUGGESTED
        return queryset if chosen == "any" else queryset.filter(state=chosen)


class KindFilter(admin.SimpleListFilter):
    """Tags of one kind of entity."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(kind.value), str(kind.label)) for kind in EntityKind]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> QuerySet[Tag] | None:
        return queryset.filter(entity__kind=self.value()) if self.value() else None


class EvidenceInline(ReadOnlyInline[TagEvidence, Tag]):
    model = TagEvidence
    verbose_name_plural = "why the tag is there"
    fields = ("origin", "surface", "count", "first_position", "by", "run", "at")


@admin.register(Tag)
class TagAdmin(ArchiveAdmin[Tag]):
    """Tags, the latest first; those that wait for a decision are shown at once."""

    list_display = ("entity_link", "in_the_text", "article_link", "decision")
    list_display_links = None
    list_filter = (StateFilter, KindFilter)
    list_select_related = ("entity", "article")
    list_per_page = 50
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("entity__name",)
    search_help_text = "The beginning of an entity's name."
    actions = ("confirm", "reject")
    inlines = (EvidenceInline,)
    fields = ("entity_link", "article_link", "in_the_text", "state", "origin", "count")
    readonly_fields = ("entity_link", "article_link", "in_the_text", "origin", "count")
    form = TagStateForm
    radio_fields = {"state": admin.HORIZONTAL}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).prefetch_related("evidence")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Entity.objects.filter(name__istartswith=term)
        return queryset.filter(entity__in=named.values("pk")), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tags are added where their article is edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """A wrong tag is rejected: deleted, the next import would bring it back."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A button beside each tag decides about it alone."""
        decision, _, key = request.POST.get("_decide", "").partition(":")
        if decision in _DECISIONS and key.isdecimal() and self.has_change_permission(request):
            self._decide(request, Tag.objects.filter(pk=int(key)), decision)
            return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """A state that was chosen here is an editor's, with evidence to say so."""
        if "state" in form.changed_data:
            judge(tags=[obj.pk], state=obj.state, by=editor(request))

    @admin.action(description="Confirm the chosen tags", permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        self._decide(request, queryset, "confirm")

    @admin.action(description="Reject the chosen tags", permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        self._decide(request, queryset, "reject")

    def _decide(self, request: HttpRequest, queryset: QuerySet[Tag], decision: str) -> None:
        chosen = list(queryset.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(request, too_many(), messages.ERROR)
            return
        state = TagState.CONFIRMED if decision == "confirm" else TagState.REJECTED
        changed = judge(tags=chosen, state=state, by=editor(request))
        log_action(request, Tag, changed, f"{state.label.capitalize()}.")
        self.message_user(
            request, f"{counted(len(changed), 'tag')} {state.label}.", messages.SUCCESS
        )

    @admin.display(description="entity", ordering="entity__name")
    def entity_link(self, tag: Tag) -> SafeString:
        return format_html(
            '{} <span class="quiet">{}</span>',
            change_link(tag.entity),
            tag.entity.get_kind_display(),
        )

    @admin.display(description="article")
    def article_link(self, tag: Tag) -> SafeString | str:
        return change_link(tag.article, Truncator(str(tag.article)).chars(120))

    @admin.display(description="in the text")
    def in_the_text(self, tag: Tag) -> SafeString | str:
        passage = passage_of(tag)
        if passage is None:
            return format_html('<span class="quiet">{}</span>', tag.get_origin_display())
        times = f" ({tag.count} times)" if tag.count > 1 else ""
        return format_html(
            '<span class="passage" dir="auto">{}<mark>{}</mark>{}</span>{}',
            passage.before,
            passage.name,
            passage.after,
            times,
        )

    @admin.display(description="decision")
    def decision(self, tag: Tag) -> SafeString | str:
        if tag.state in (TagState.CONFIRMED, TagState.REJECTED):
            other = "reject" if tag.state == TagState.CONFIRMED else "confirm"
            return format_html(
                "{} {}",
                tag.get_state_display(),
                _button(tag, other, f"{other.capitalize()} instead"),
            )
        return format_html(
            '<span class="decision">{} {}</span>',
            _button(tag, "confirm", "Confirm"),
            _button(tag, "reject", "Reject"),
        )


def _button(tag: Tag, decision: str, label: str) -> SafeString:
    return format_html(
        '<button type="submit" class="decide" name="_decide" value="{}:{}" '
        'aria-label="{} {}">{}</button>',
        decision,
        tag.pk,
        label,
        tag.entity,
        label,
    )
