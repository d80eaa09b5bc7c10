"""What a checked file does: entries, enrolments, payments and what they are allocated to.

Promise: everything here runs inside the one transaction of its filing; whatever is not committed
with it never happened.
"""
