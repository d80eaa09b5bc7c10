"""Every address the web server answers."""

from django.urls import include, path

handler404 = "provident.portal.views.front.not_found"

urlpatterns = [path("", include("provident.portal.urls"))]
