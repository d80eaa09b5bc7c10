"""Every address the web server answers."""

from django.urls import include, path

handler400 = "provident.portal.views.front.malformed"
handler404 = "provident.portal.views.front.not_found"
handler500 = "provident.portal.views.front.broken"

urlpatterns = [
    path("api/v1/", include("provident.api.urls")),
    path("", include("provident.portal.urls")),
]
