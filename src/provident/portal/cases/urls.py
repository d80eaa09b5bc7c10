"""The addresses of requests. A receipt number says nothing to who does not have the request."""

from django.urls import path

from provident.portal.cases import desk, inbox, my_data, requests

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("requests/new/", requests.new, name="request-new"),
    path("requests/<str:receipt>/", requests.request, name="request"),
    path("requests/<str:receipt>/take-back/", requests.take_back, name="request-take-back"),
    path("my-data/", my_data.my_data, name="my-data"),
    path("cases/", desk.cases, name="cases"),
    path("cases/<str:receipt>/", desk.case, name="case"),
]
