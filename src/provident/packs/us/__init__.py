"""The law of the United States: retirement insurance."""
