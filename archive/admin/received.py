"""The bytes as they were received: to be looked at and taken away, never changed."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archive.admin.base import ReadOnlyAdmin, change_link
from archive.models import ReceivedDocument
from archive.text.numbers import spaced

PREVIEWED_BYTES = 50_000
_RECORDS_SHOWN = 20
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


@admin.register(ReceivedDocument)
class ReceivedDocumentAdmin(ReadOnlyAdmin[ReceivedDocument]):
    """What suppliers sent, the latest first."""

    list_display = ("short_digest", "format", "size", "received_at")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("sha256",)
    search_help_text = "The SHA-256 or its beginning."
    fields = ("sha256", "fixity", "format", "size", "received_at", "records", "preview", "download")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceivedDocument]:
        return super().get_queryset(request).annotate(bytes=Length("content"))

    def for_list(self, queryset: QuerySet[ReceivedDocument]) -> QuerySet[ReceivedDocument]:
        return queryset.defer("content")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReceivedDocument], search_term: str
    ) -> tuple[QuerySet[ReceivedDocument], bool]:
        digest = search_term.strip().lower()
        if not digest:
            return queryset, False
        if not _DIGEST.fullmatch(digest):
            return queryset.none(), False
        # A range, where a LIKE would read every digest.
        return queryset.filter(sha256__gte=digest, sha256__lt=f"{digest}g"), False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download_view)
        return [
            path("<int:pk>/download/", view, name="archive_receiveddocument_download"),
            *super().get_urls(),
        ]

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bytes, always as a file to be kept: opened in place they could be a page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = ReceivedDocument.objects.filter(pk=pk).first()
        if document is None:
            raise Http404("There is no such document.")
        return HttpResponse(
            bytes(document.content),
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{document.sha256[:16]}.received"'
            },
        )

    @admin.display(description="SHA-256")
    def short_digest(self, document: ReceivedDocument) -> str:
        return f"{document.sha256[:16]}…"

    @admin.display(description="size in bytes")
    def size(self, document: Any) -> str:
        return spaced(document.bytes)

    @admin.display(description="fixity")
    def fixity(self, document: ReceivedDocument) -> str:
        if hashlib.sha256(bytes(document.content)).hexdigest() == document.sha256:
            return "The bytes are those that were received: their SHA-256 agrees."
        return "The bytes have been altered since: their SHA-256 does not agree. Restore a backup."

    @admin.display(description="read as")
    def records(self, document: ReceivedDocument) -> SafeString | str:
        found = document.records.select_related("article")[:_RECORDS_SHOWN]
        return (
            format_html_join(
                "",
                "<div>{} – {}</div>",
                (
                    (
                        f"{record.path}:{record.position}, {record.outcome}",
                        change_link(record.article),
                    )
                    for record in found
                ),
            )
            or "no record"
        )

    @admin.display(description="as text")
    def preview(self, document: ReceivedDocument) -> SafeString:
        content = bytes(document.content)
        text = content[:PREVIEWED_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
        note = "\n… (the rest is in the file)" if len(content) > PREVIEWED_BYTES else ""
        return format_html('<pre class="received" tabindex="0">{}{}</pre>', text, note)

    @admin.display(description="as a file")
    def download(self, document: ReceivedDocument) -> SafeString:
        url = reverse("admin:archive_receiveddocument_download", args=[document.pk])
        return format_html('<a href="{}">Download</a>', url)
