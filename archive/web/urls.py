"""Addresses of the public pages and of the API."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from archive.web import api, articles, browse, entities, explain, home, robots, search, sources
from archive.web.caching import public_answer
from archive.web.limits import in_turn, limited_api

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/explain/<slug:public_id>/", explain.explain, name="search-explain"),
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
    path(
        "api/search/",
        limited_api(in_turn(public_answer(api.SearchView.as_view()))),
        name="api-search",
    ),
    path(
        "api/search/explain/<slug:public_id>/",
        limited_api(in_turn(public_answer(explain.ExplainView.as_view()))),
        name="api-search-explain",
    ),
    path(
        "api/articles/<slug:public_id>/",
        public_answer(api.ArticleView.as_view()),
        name="api-article",
    ),
    path("api/entities/", public_answer(api.EntitiesView.as_view()), name="api-entities"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("robots.txt", robots.robots, name="robots"),
]
