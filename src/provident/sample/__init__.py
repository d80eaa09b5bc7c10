"""The sample region: synthetic people, employers and fifteen years of filings, the same from one seed.

Promise: nobody real is meant (identity numbers carry a region code that was never assigned), and
everything enters through the same public acts as everyone else's files.
"""
