"""The pages by subject: each view parses, calls one act or query, and shows."""
