"""The admin under the archive's own site object."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class ArchiveAdminConfig(AdminConfig):
    """Django's admin application with the site of ``config/admin_site.py``."""

    default_site = "config.admin_site.ArchiveAdminSite"
