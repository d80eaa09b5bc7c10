"""One town for each module of tests of the interface; what a test changes is its own."""

import psycopg
import pytest
from django.db import connections
from statements.sealing import set_places
from tests.api.town import build


@pytest.fixture(scope="module")
def town(test_server, django_db_blocker, tmp_path_factory):
    """Return the town, in a database of the module's own in which commits are real."""
    folder = tmp_path_factory.mktemp("town")
    with (
        django_db_blocker.unblock(),
        test_server.clone(),
        pytest.MonkeyPatch.context() as patch,
    ):
        set_places(patch, folder)
        yield build(folder)


@pytest.fixture
def superuser(town, test_server):
    """Connect to the town's database as the superuser."""
    name = connections.settings["default"]["NAME"]
    with psycopg.connect(test_server.server.superuser_url(), dbname=name, autocommit=True) as connection:
        yield connection
