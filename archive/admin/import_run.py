"""The ledger of imports. Runs and records are written by imports alone."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archive.admin.base import ReadOnlyAdmin, change_link, list_link
from archive.admin.filters import RunFilter
from archive.models import Article, ImportRecord, ImportRun, RunState
from archive.text.numbers import spaced

_FILES_SHOWN = 50


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
        (
            "Records",
            {"fields": (("created", "updated", "unchanged", "rejected"), "records", "mending")},
        ),
        ("Articles", {"fields": ("articles", "undoing")}),
        ("Files", {"fields": ("files",)}),
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

    @admin.display(description="to mend what was rejected")
    def mending(self, run: ImportRun) -> SafeString | str:
        if not run.rejected:
            return "nothing was rejected"
        return format_html(
            "<code>manage.py import_runs rejects {} --output FILE</code>, mend the file, and "
            "import it",
            run.pk,
        )

    @admin.display(description="to take it back")
    def undoing(self, run: ImportRun) -> SafeString | str:
        if run.state == RunState.UNDONE:
            return "It was undone."
        if run.state in (RunState.UNDOING, RunState.PARTLY):
            return format_html(
                "It was undone in part: that was stopped, or somebody has touched articles since. "
                "<code>manage.py import_runs undo {}</code> goes on.",
                run.pk,
            )
        return format_html(
            "<code>manage.py import_runs undo {}</code>, with <code>--dry-run</code> first to "
            "see what would become of it",
            run.pk,
        )

    @admin.display(description="in the order of reading")
    def files(self, run: ImportRun) -> SafeString | str:
        found = list(run.files.all()[: _FILES_SHOWN + 1])
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            (
                (file.path, file.get_state_display(), spaced(file.records), file.sha256)
                for file in found[:_FILES_SHOWN]
            ),
        )
        if not rows:
            return "none that is known"
        more = f"The first {_FILES_SHOWN} files." if len(found) > _FILES_SHOWN else ""
        return format_html(
            "<table><thead><tr><th>path</th><th>state</th><th>records</th><th>SHA-256</th></tr>"
            "</thead><tbody>{}</tbody></table>{}",
            rows,
            more,
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
    fields = (
        ("run", "path"),
        ("position", "line"),
        "outcome",
        "reason",
        "article_link",
        "received_link",
    )

    @admin.display(description="file and line")
    def place(self, record: ImportRecord) -> str:
        return f"{record.path}:{record.position}"

    @admin.display(description="article")
    def article_link(self, record: ImportRecord) -> SafeString | str:
        return change_link(record.article)

    @admin.display(description="as received")
    def received_link(self, record: ImportRecord) -> SafeString | str:
        return change_link(record.received)
