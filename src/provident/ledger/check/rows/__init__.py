"""The rows of the log, in its order: read, hashed, put where they belong."""
