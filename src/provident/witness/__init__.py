"""The witness: a small service of its own that countersigns what it has seen grow.

Promise: for every log it trusts it remembers the largest checkpoint it has co-signed, and co-signs
another only if it holds the same entries and perhaps more. It never goes back, whatever the log,
two requests at once or a power cut do. It knows hashes, keys and sizes; nobody's record.

It speaks the C2SP tlog-witness protocol, so that it can serve other logs and other witnesses ours.
It needs no database; one directory holds everything (see `store`).
"""
