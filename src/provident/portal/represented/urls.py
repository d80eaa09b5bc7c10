"""The addresses of what is done for somebody else. Their number opens nothing to who does not hold it."""

from django.urls import path

from provident.portal.represented import record

urlpatterns = [
    path("acting-for/<int:grant>/", record.record, name="represented-record"),
    path("acting-for/<int:grant>/<str:branch>/<int:year>/", record.record_year, name="represented-year"),
    path("acting-for/<int:grant>/statement/<int:year>.pdf", record.statement, name="represented-statement"),
]
