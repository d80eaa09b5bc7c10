"""Formulas as machine code: one loop over the persons for whom nothing is refused."""
