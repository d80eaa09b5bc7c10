"""What the formulas' words mean on arrays of many persons."""
