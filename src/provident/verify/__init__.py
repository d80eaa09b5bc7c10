"""The stranger's check: receipts, checkpoints, exported logs, and the proofs that tie them together.

Promise: this folder stands alone. It needs Python and `cryptography`, imports nothing else of
Provident, opens no connection, and shares no code with what writes the ledger; a copy of the folder
runs with `python -m verify`. Whatever it is given, it answers proven or not proven, with the reason.

`notes` reads and checks signed notes, keys and checkpoints; `tree` checks proofs; `receipts` and
`logs` check whole files. The formats are in docs/spec/.
"""
