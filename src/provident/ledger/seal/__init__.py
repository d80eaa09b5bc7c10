"""Named logs: what was posted gets a place in a Merkle tree, and a signed checkpoint says how far it goes.

Promise: one sealer at a time gives positions; everything acknowledged is in the next checkpoint; two
roots are never signed for one size; a database that is behind its guard signs nothing. The formats are
public ones (RFC 9162 hashing, C2SP tiles, checkpoints and signed notes), so a stranger can check all of
it without us. `provident.verify` reads what is written here and shares no code with it.
"""
