"""What a resident asks of the agency about their own record, and how it is answered.

Promise: a request has a receipt number at once, a state the person can always see, a named office
that has it in hand, and an answer with reasons. What was said stands under row security; each step is
a sealed event that holds its hash. Nothing about the person changes by itself: a request opens the
record to whoever handles it, until it is answered or taken back, and does nothing else.
"""
