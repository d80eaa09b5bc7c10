"""What a pack declares besides numbers: variables, formulas, roundings, requirements, calculations."""
