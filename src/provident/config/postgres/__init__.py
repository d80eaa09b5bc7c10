"""Django's PostgreSQL backend, with a way to see that a connection is alive that costs no question."""
