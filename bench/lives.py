"""People with a whole working life on record, as the portal's yardsticks read them.

Registered residents with an account and a session that has begun; four employers one after the other,
five branches, declared and paid every month of the years given. The ledger's part is `record.py`'s.
"""

import datetime as dt

import numpy as np
import psycopg
from payroll import REGION, code, names, numbers
from record import post_year

SPELL = 8  # years with one employer
_FILING = (
    "INSERT INTO filings_filing (kind, state, file_name, format, size, sha256, content, source_hash, rows,"
    " totals, warnings, pack_version, filed_by, system, look, received_at, posted_at, keep_basis)"
    " VALUES ('take_on', 'posted', 'lives.csv', 'csv', 0, sha256('a'), sha256('b'), sha256('c'), 0, '{}',"
    " '[]', 'cn 0.1.0', 1, 'console', 1, now(), now(), '') RETURNING filing_id"
)
_ENROL = (
    "INSERT INTO filings_enrolment (person_key, employer_key, branches, scheme, region, since_month,"
    " until_month, recorded_by, recorded_at) VALUES (%s, %s, 62, 1, %s, %s, %s, %s, now())"
)


def live(count: int, years: range, raw: psycopg.Connection) -> list[int]:
    """Register people, enrol them, post every month of these years; return their keys."""
    from provident.identity import actions as identity
    from provident.kernel.clock import SystemClock
    from provident.ledger import actions as ledger

    now = SystemClock().now()
    persons = [
        int(identity.register_resident(name=name, number=number, at=now).keys[0])
        for name, number in zip(names(0, count), numbers(0, count), strict=True)
    ]
    (filing,) = raw.execute(_FILING).fetchone() or (0,)
    for start in range(years.start, years.stop, SPELL):
        employer = identity.register_employer(
            code=code(start), name=f"单位 {start}", region=REGION, since=dt.date(1990, 1, 1), at=now
        )
        last = min(start + SPELL, years.stop)
        for year in range(start, last):
            post_year(np.array(persons, "i8"), year, employer=employer)
        spell = (employer, REGION, start * 100 + 1, (last - 1) * 100 + 12, filing)
        with raw.cursor() as cursor:
            cursor.executemany(_ENROL, [(person, *spell) for person in persons])
    ledger.project_record_years()
    return persons


def sessions(persons: list[int]) -> list[str]:
    """Make an account for each person and sign it in; return the session cookies' values."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest
    from django.utils.module_loading import import_string

    from provident.access import actions as access
    from provident.access.models import Account
    from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
    from provident.kernel.clock import SystemClock
    from provident.kernel.keys import PersonKey

    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    begun = []
    for at, person in enumerate(persons):
        new = NewAccount(
            kind=AccountKind.PERSON,
            sign_in=f"bench.{at}",
            label=Label("Resident", "居民"),
            office=Label("", ""),
            person=PersonKey(person),
            employer=None,
        )
        account = access.create_account(new, by=OPERATOR)
        access.grant_role(by=OPERATOR, account=account, role=Role.RESIDENT, since=SystemClock().now())
        request = HttpRequest()
        request.session = store()
        login(request, Account.objects.get(pk=account), backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session.save()
        UserSession.objects.create(user_id=account, session_key=request.session.session_key, ip="127.0.0.1")
        begun.append(str(request.session.session_key))
    return begun


def tokens(persons: list[int]) -> list[str]:
    """Make a token that reads the record for each of these people, who have accounts."""
    from provident.access.models import Account
    from provident.access.tokens.actions import make_token
    from provident.kernel.clock import SystemClock
    from provident.kernel.keys import AccountId

    accounts = dict(Account.objects.values_list("person_key", "id"))
    until = SystemClock().now() + dt.timedelta(days=1)
    return [
        make_token(by=AccountId(accounts[person]), label="bench", scopes=["record"], expires_at=until).text
        for person in persons
    ]
