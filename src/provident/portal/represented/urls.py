"""The addresses of what is done for somebody else. Their number opens nothing to who does not hold it."""

from django.urls import path

from provident.portal.represented import record, requests

urlpatterns = [
    path("acting-for/<int:grant>/", record.record, name="represented-record"),
    path("acting-for/<int:grant>/<str:branch>/<int:year>/", record.record_year, name="represented-year"),
    path("acting-for/<int:grant>/statement/<int:year>.pdf", record.statement, name="represented-statement"),
    path("acting-for/<int:grant>/requests/", requests.requests, name="represented-requests"),
    path("acting-for/<int:grant>/requests/new/", requests.new, name="represented-request-new"),
    path("acting-for/<int:grant>/requests/<str:receipt>/", requests.one_request, name="represented-request"),
    path(
        "acting-for/<int:grant>/requests/<str:receipt>/take-back/",
        requests.take_back,
        name="represented-take-back",
    ),
]
