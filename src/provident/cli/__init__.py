"""The command line: the outermost door.

Promise: every command takes the same common options, prints text or exactly one JSON document on
standard output, keeps messages to standard error, and ends with 0 done, 1 refused or partly
refused, 2 wrongly called, 3 verification failed; never with a traceback.
"""
