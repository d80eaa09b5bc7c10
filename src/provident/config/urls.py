"""Every address the web server answers."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("provident.portal") is not None and find_spec("provident.portal.urls") is not None:
    urlpatterns.append(path("", include("provident.portal.urls")))
