"""The portal's addresses and the unit's: an empty view that commits one row."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from provident.access import matrix
from provident.access.records import Label
from provident.config.urls import handler400, handler404, handler500

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

matrix.routes()["unit"] = matrix.Route("unit", "bench", Label("Unit", "单位"), frozenset({matrix.ANYONE}))


def unit(_request: HttpRequest) -> HttpResponse:
    """Commit one row and say nothing."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (at) VALUES (now())")
    return HttpResponse(b"")


urlpatterns = [path("unit/", unit, name="unit"), path("", include("provident.config.urls"))]
