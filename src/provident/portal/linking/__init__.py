"""Coming to have a way to sign in, and letting others act for one: the pages, and the e-ID's way in.

Promise: a code or an e-ID that does not fit gets one answer, whatever is wrong with it; who an e-ID
is, is its issuer's address and the issuer's name for the person, never an e-mail address.
"""
