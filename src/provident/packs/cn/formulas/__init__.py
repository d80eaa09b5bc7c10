"""Formulas; `provident.law` finds them by their file and name, nothing imports them."""
