"""Addresses with routes planted in both doors that no row of the matrix names."""

from django.http import HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from provident.api.gate import Gate, operation
from provident.config import urls as config

handler404 = config.handler404


def _open(_request, **_):
    return HttpResponse("planted")


def _opened(request):
    return HttpResponse("planted")


gated = NinjaAPI(openapi_url=None, docs_url=None, auth=Gate(), urls_namespace="gated")
gated.get("/planted-gated", url_name="planted-gated")(_opened)
operation(gated, "planted-row", "GET /planted-row")(_opened)
gated.get("/planted-ungated", auth=None, url_name="planted-ungated")(_opened)

PLANTED = ("/planted/", "/api/v1/planted-gated", "/api/v1/planted-row", "/api/v1/planted-ungated")
urlpatterns = [
    path("planted/", _open, name="planted"),
    path("api/v1/", include(([one for one in gated.urls[0] if one.name != "api-root"], "api"))),
    *config.urlpatterns,
]
