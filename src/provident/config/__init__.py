"""Settings, addresses and the web entry point: the one place that sees every room.

Promise: no secret is written here; a setting that is missing fails closed.
"""
