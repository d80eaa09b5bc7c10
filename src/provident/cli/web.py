"""The web application as `up` serves it: a worker never outlives the web server that started it."""

import gc
import os
import signal

from provident.cli.processes import die_with
from provident.config.wsgi import application

__all__ = ["application"]

die_with(os.getppid(), by=signal.SIGKILL)
# A worker whose parent is of another session was handed over while it started: its server is gone already.
if os.getsid(os.getppid()) != os.getsid(0):
    os.kill(os.getpid(), signal.SIGKILL)

# What is loaded by now stays for good, and a page makes thousands of things and forgets nearly all of them by
# itself at its end: looking for circles among them often would take longer than writing it. Seldom, though,
# means that somebody waits until all circles of a thousand pages are undone.
gc.collect()
gc.freeze()
gc.set_threshold(5_000)
