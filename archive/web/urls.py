"""Addresses of the public pages and of the API."""

from __future__ import annotations

from django.urls import path

from archive.web import articles, browse, entities, home, search, sources

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("about/search/", search.search_help, name="search-help"),
    path("articles/<slug:public_id>/", articles.article, name="article"),
    path("entities/<slug:kind>/", entities.entity_list, name="entities"),
    path("entities/<slug:kind>/<str:slug>/", entities.entity, name="entity"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/<str:slug>/", sources.source, name="source"),
    path("browse/", browse.years, name="browse"),
    path("browse/undated/", browse.undated, name="browse-undated"),
    path("browse/<int:year>/", browse.year, name="browse-year"),
    path("browse/<int:year>/<int:month>/", browse.month, name="browse-month"),
    path("browse/<int:year>/<int:month>/<int:day>/", browse.day, name="browse-day"),
]
