"""Signing in, second factors and sessions: django-allauth with our rules, our addresses and our pages.

Promise: whoever acts in office holds no role in a session that has not shown a second factor.
"""
