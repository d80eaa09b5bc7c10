"""The pages. A door: it parses a request, calls one act or one query, and shows the answer.

Promise: every route is in the role matrix or cannot be reached; nothing about a person is shown
without a look; every page works without script, by keyboard and in both languages.
"""
