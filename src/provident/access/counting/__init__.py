"""Counts that every web worker shares.

cache    Django's cache on a table of ours, for limits on attempts and codes that are good once
"""
