"""One reader per file format; each yields the same tables of cells."""
