"""What the operations answer, described exactly; the answers themselves are written by the rooms below.

Nothing is validated or filtered through these classes on the way out: a test holds real answers against
the description made of them.
"""
