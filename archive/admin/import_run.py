"""The ledger of imports. Runs and records are written by imports alone."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.admin.base import ReadOnlyAdmin, change_link, list_link
from archive.admin.filters import RunFilter
from archive.models import Article, ImportRecord, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin[ImportRun]):
    """Imports, the latest first."""

    list_display = (
        "name",
        "started_at",
        "state",
        "by",
        "created",
        "updated",
        "unchanged",
        "rejected",
    )
    list_filter = ("state",)
    list_select_related = ("by",)
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("state", "started_at", "finished_at", "by", "command")}),
        ("Records", {"fields": (("created", "updated", "unchanged", "rejected"), "records")}),
        ("Articles", {"fields": ("articles",)}),
    )

    @admin.display(description="run", ordering="pk")
    def name(self, run: ImportRun) -> str:
        return str(run)

    @admin.display(description="called with")
    def command(self, run: ImportRun) -> SafeString:
        return format_html(
            '<pre class="received">{}</pre>',
            json.dumps(run.arguments, ensure_ascii=False, indent=2),
        )

    @admin.display(description="one by one")
    def records(self, run: ImportRun) -> SafeString:
        return format_html(
            "{} · {}",
            list_link("All records", ImportRecord, run=run.pk),
            list_link("Rejected ones", ImportRecord, run=run.pk, outcome__exact="rejected"),
        )

    @admin.display(description="that it brought")
    def articles(self, run: ImportRun) -> SafeString:
        return list_link("Show them", Article, run=run.pk)


@admin.register(ImportRecord)
class ImportRecordAdmin(ReadOnlyAdmin[ImportRecord]):
    """What became of each record, the latest first."""

    list_display = ("place", "run", "outcome", "reason", "article_link")
    list_filter = (RunFilter, "outcome")
    list_select_related = ("run", "article")
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("run", "path", "position", "outcome", "reason", "article_link", "received_link")

    @admin.display(description="file and line")
    def place(self, record: ImportRecord) -> str:
        return f"{record.path}:{record.position}"

    @admin.display(description="article")
    def article_link(self, record: ImportRecord) -> SafeString | str:
        return change_link(record.article)

    @admin.display(description="as received")
    def received_link(self, record: ImportRecord) -> SafeString | str:
        return change_link(record.received)
