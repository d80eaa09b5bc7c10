"""The law of the European Union: pensions of people who were insured in several states."""
