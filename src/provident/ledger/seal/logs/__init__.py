"""The named logs: where their leaves come from, what was said of them, where their files lie."""
