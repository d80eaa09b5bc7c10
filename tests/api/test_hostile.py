"""Requests made up from the description: none breaks anything, none is answered in a way it does not say.

Short by default; PROVIDENT_LONG=1 makes up many more.
"""

import os

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from provident.api.urls import description

EXAMPLES = 200 if os.environ.get("PROVIDENT_LONG") == "1" else 8
# The last four call the interface again by themselves, as a stranger or after a deletion; the role matrix test does.
LEFT_OUT = (
    "positive_data_acceptance",  # a 31st of November fits the description; good requests are tested by name
    "object_level_authorization",
    "use_after_free",
    "ensure_resource_availability",
)
HOLDERS = {"api-filings": "mill", "api-file": "mill", "api-filing": "mill", "api-filing-report": "mill"}
OPERATIONS = [
    (path, method, told["operationId"])
    for path, taken in description()["paths"].items()
    for method, told in taken.items()
]


@pytest.fixture(scope="module")
def described(town):
    """Return the description as a client reads it, asked of the whole application with all its middleware."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closing(WSGIHandler()))


def closing(application):
    """Close each answer as a web server does, and with it what was uploaded: the test client does not."""

    def answered(environ, start_response):
        answer = application(environ, start_response)
        try:
            return [*answer]
        finally:
            answer.close()

    return answered


@pytest.mark.parametrize(
    ("path", "method", "name", "mode"),
    [
        pytest.param(*one, mode, id=f"{one[2]}-{mode.value}")
        for one in OPERATIONS
        for mode in GenerationMode
        if (one[2], mode)
        != ("api-description", GenerationMode.NEGATIVE)  # it takes nothing that could be wrong
    ],
)
def test_what_is_asked_is_answered_as_described(town, described, path, method, name, mode):
    """Well-formed and ill-formed alike: no 5xx, no status, type, header or form that is not described."""
    operation = described[path][method]
    token = town.tokens[HOLDERS.get(name, "an")]
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    excluded = [check for check in CHECKS.get_all() if check.__name__ in LEFT_OUT]

    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case):
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    asked()
