"""The one append-only record of everything that happened.

Promise: money entries and events are added and never changed; a correction is an entry that
reverses another. Every entry has a hashed form a stranger can rebuild from docs/spec/hashed-form.md.
This room knows keys, never names or official numbers, and is the only writer of its tables.
"""
