"""A record at one glance: the same answers as the whole record gives, without going month by month.

Promise: whatever an overview says, the whole record says too (a test compares the two over lives of
every kind), and it costs as many queries for thirty years as for one.
"""
