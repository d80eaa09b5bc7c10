"""This machine: the state directory, the embedded database server, backups, the doctor.

Promise: the server listens on a private socket only, never runs as root, stops when nobody uses
it, and starts again after any crash; a setting that could lose or leak records is refused.
"""
