"""Tokens: what a program may ask in an account's name, for how long; made and ended by the account itself.

Promise: the token is shown once and only its hash is kept; it never does more than its account may do at
that moment, nor anything outside its scopes; ended, it is over at once.
"""
