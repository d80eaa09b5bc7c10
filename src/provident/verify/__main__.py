"""`python -m verify`, wherever this folder lies."""

from .program import run

run()
