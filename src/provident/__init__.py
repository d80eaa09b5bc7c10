"""Provident: a record system for social insurance that people can trust."""

__version__ = "0.1.0"
