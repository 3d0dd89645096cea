"""What articles said before. Rows are only ever added, by the archive."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.admin.base import ReadOnlyAdmin, change_link
from archive.models import ArticleVersion


@admin.register(ArticleVersion)
class ArticleVersionAdmin(ReadOnlyAdmin[ArticleVersion]):
    """The latest changes over all articles."""

    list_display = ("replaced_at", "article_link", "number", "by", "run", "changes_link")
    list_display_links = None
    list_select_related = ("article", "by", "run")
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("article_link", "number", "replaced_at", "by", "run", "reason", "changes_link")

    @admin.display(description="article")
    def article_link(self, version: ArticleVersion) -> SafeString | str:
        return change_link(version.article)

    @admin.display(description="what changed")
    def changes_link(self, version: ArticleVersion) -> SafeString:
        url = reverse("admin:archive_article_versions", args=[version.article_id])
        return format_html('<a href="{}#version-{}">Show</a>', url, version.number)
