"""Fixtures of the journal's tests: a ledger that can be set back to an earlier time, as a backup would."""

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from tests.ledger import people

from provident.host import cluster
from provident.ledger import queries
from provident.ledger.journal.writing import write_journal
from provident.ledger.seal.logs.named import Places, places


@dataclass
class Agency:
    """An installation whose database and data directory can be copied and set back."""

    server: object
    base: Path
    places: Places
    saved: str = ""

    @property
    def owner_url(self):
        return os.environ["PROVIDENT_OWNER_DATABASE_URL"]

    def export(self, into=None):
        """Write the journal; return where."""
        into = into or self.base / "export"
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            self.written = write_journal(owner, queries.installation(), into, lambda *_: None)
        return into

    def save(self):
        """Copy database and data directory, as they are now."""
        self.saved = f"saved_{uuid.uuid4().hex[:12]}"
        self._copy(connections.settings["default"]["NAME"], self.saved)
        shutil.rmtree(self.base / "saved", ignore_errors=True)
        shutil.copytree(self.base / "data", self.base / "saved")

    def set_back(self):
        """Put the copy in the place of what is there; guard and keys stay, being elsewhere."""
        name = connections.settings["default"]["NAME"]
        self._drop(name)
        self._copy(self.saved, name)
        shutil.rmtree(self.base / "data")
        shutil.copytree(self.base / "saved", self.base / "data")

    def _copy(self, old, new):
        connections.close_all()
        with psycopg.connect(self.server.superuser_url(), autocommit=True) as superuser:
            named = map(sql.Identifier, (new, cluster.OWNER, old))
            superuser.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*named))
            superuser.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(new), sql.Identifier(cluster.APPLICATION)
                )
            )

    def _drop(self, name):
        connections.close_all()
        with psycopg.connect(self.server.superuser_url(), autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self):
        if self.saved:
            self._drop(self.saved)


@pytest.fixture
def agency(fresh_database, test_server, tmp_path, monkeypatch):
    """Return an installation with nothing posted yet."""
    for setting, folder in (
        ("PROVIDENT_DATA", "data"),
        ("PROVIDENT_GUARD", "guard"),
        ("PROVIDENT_LOG_KEYS", "keys"),
    ):
        monkeypatch.setenv(setting, str(tmp_path / folder))
    people.install()
    made = Agency(test_server.server, tmp_path, places(queries.installation().id))
    yield made
    made.close()
