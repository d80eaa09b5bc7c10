"""A small e-ID for the sample region: an OpenID provider whose people are invented.

Promise: it vouches for numbers of the fictional region only, shows itself as a sample, and does not
run in production mode. What it does, it does exactly: discovery, authorization code with PKCE (S256),
tokens, keys, userinfo; nothing else.
"""
