"""The addresses of the pages. None carries an identifier of a person."""

from django.urls import path
from django.views.i18n import set_language

from provident.portal.accounts import urls as accounts
from provident.portal.cases import urls as cases
from provident.portal.linking import urls as linking
from provident.portal.represented import urls as represented
from provident.portal.views import (
    check,
    counter,
    estimate,
    filings,
    front,
    logs,
    looks,
    pension,
    record,
    tokens,
)

urlpatterns = [
    path("", front.home, name="home"),
    path("sign-in/sample/", front.sign_in_sample, name="sign-in-sample"),
    path("sign-out/", front.sign_out, name="sign-out"),
    path("language/", set_language, name="language"),
    path("check/", check.check, name="check"),
    path("record/", record.record, name="record"),
    path("record/<str:branch>/<int:year>/", record.record_year, name="record-year"),
    path("statement/<int:year>.pdf", record.statement, name="statement"),
    path("receipt/", record.receipt, name="receipt"),
    path("pension/", pension.pension, name="pension"),
    path("estimate/", estimate.estimate, name="estimate"),
    path("looks/", looks.looks, name="looks"),
    path("counter/", counter.counter, name="counter"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token>/end/", tokens.end, name="token-end"),
    path("filings/", filings.filings, name="filings"),
    path("filings/<int:filing>/", filings.filing, name="filing"),
    path("filings/<int:filing>/report.csv", filings.report, name="filing-report"),
    path("log/<str:log>/<int:epoch>/<path:path>", logs.log_epoch_file, name="log-epoch"),
    path("log/<str:log>/<path:path>", logs.log_file, name="log"),
    *accounts.urlpatterns,
    *cases.urlpatterns,
    *linking.urlpatterns,
    *represented.urlpatterns,
]
