"""Working the law out: the same formulas for one person with a trace, and for many as arrays."""
