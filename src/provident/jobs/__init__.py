"""Work done away from a request, queued in PostgreSQL itself.

Promise: a job is a call of one act that could as well be made by hand; it may run twice without harm.
"""
