"""Ways of calculating that the command `calculate` chooses between."""
