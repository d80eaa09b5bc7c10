"""A database address as Django wants it."""

from psycopg.conninfo import conninfo_to_dict


def database_settings(url: str) -> dict[str, object]:
    """Return Django's settings for a PostgreSQL address (URL or keyword form).

    An empty address gives settings without a name, which Django refuses to connect with.
    """
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "provident.config.postgres",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
