"""The operations by subject: each parses, calls one act or one query, and answers."""
