"""The JSON interface: the same acts as the pages, for programs.

Promise: every operation stands in the role matrix with the scope a token needs, or answers like an
address that does not exist; no cookie is ever looked at; a record comes out by a look that the person
sees; every no is a problem document with a code, a sentence and a remedy. docs/reference/openapi.json
describes all of it, and a test compares.
"""
