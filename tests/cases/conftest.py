"""Fixtures of the tests of requests: a desk with people before it and behind it."""

import pytest
from tests.cases.desk import Desk


@pytest.fixture
def desk(fresh_database, owner_connection):
    """Return the desk of an agency with two residents, two clerks and two supervisors."""
    owner_connection.execute(
        "SELECT ledger_register_installation(gen_random_uuid(), 'Agency', '机构', 'CNY', 'Asia/Shanghai', 990000)"
    )
    return Desk(owner_connection)
