"""The words every room shares: money, months, keys, refusals. No Django, no input or output.

Promise: every value here is immutable, exact and says what it cannot do by raising a Refusal.
"""
