"""Commands about the named logs: sealing, and what is made of it."""
