"""Django's cache on a PostgreSQL table: atomic where limits need it, and nothing in it is ever unpickled."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

_FOR_GOOD = dt.datetime.max.replace(tzinfo=dt.UTC) - dt.timedelta(days=2)
_SWEPT_AT_ONCE = 20  # expired rows removed with each new one, so that the table stays as large as its use


class SharedCache(BaseCache):
    """A cache whose values are JSON and whose keys are stored as hashes."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value of a key, or `default` if there is none or it has expired."""
        found = self._one(
            "SELECT value FROM access_counted WHERE key_sha256 = %s AND expires_at > clock_timestamp()",
            [self._hashed(key, version)],
        )
        return default if found is None else json.loads(found[0])

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set a value where there is none; of two at once only the first is told True."""
        self._sweep()
        added = self._one(
            "INSERT INTO access_counted AS c VALUES (%s, %s, %s) ON CONFLICT (key_sha256) DO UPDATE"
            " SET value = excluded.value, expires_at = excluded.expires_at"
            " WHERE c.expires_at <= clock_timestamp() RETURNING true",
            [self._hashed(key, version), json.dumps(value), self._expiry(timeout)],
        )
        return added is not None

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Set a value, whatever was there."""
        self._sweep()
        self._one(
            "INSERT INTO access_counted VALUES (%s, %s, %s) ON CONFLICT (key_sha256) DO UPDATE"
            " SET value = excluded.value, expires_at = excluded.expires_at RETURNING true",
            [self._hashed(key, version), json.dumps(value), self._expiry(timeout)],
        )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a value another time to live."""
        touched = self._one(
            "UPDATE access_counted SET expires_at = %s"
            " WHERE key_sha256 = %s AND expires_at > clock_timestamp() RETURNING true",
            [self._expiry(timeout), self._hashed(key, version)],
        )
        return touched is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove a value; say whether there was one."""
        gone = self._one(
            "DELETE FROM access_counted WHERE key_sha256 = %s RETURNING true", [self._hashed(key, version)]
        )
        return gone is not None

    def clear(self) -> None:
        """Start every count anew."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM access_counted")

    def _hashed(self, key: str, version: int | None) -> bytes:
        return hashlib.sha256(self.make_and_validate_key(key, version=version).encode()).digest()

    def _expiry(self, timeout: Any) -> dt.datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return _FOR_GOOD if seconds is None else dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)

    def _sweep(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM access_counted WHERE key_sha256 IN (SELECT key_sha256 FROM access_counted"
                " WHERE expires_at <= clock_timestamp() LIMIT %s FOR UPDATE SKIP LOCKED)",
                [_SWEPT_AT_ONCE],
            )

    def _one(self, question: str, values: list[Any]) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchone()
