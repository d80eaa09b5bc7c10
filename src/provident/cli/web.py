"""The web application as `up` serves it: a worker never outlives the web server that started it."""

import gc
import os
import signal

from provident.cli.processes import die_with
from provident.config.wsgi import application

__all__ = ["application"]

# A worker that was handed to the first process while it started has lost its server already.
if os.getppid() == 1:
    os.kill(os.getpid(), signal.SIGKILL)
die_with(os.getppid(), by=signal.SIGKILL)

# What is loaded by now stays for good, and a page makes thousands of things and forgets them by itself at
# its end: looking for circles among them all on every page would take longer than writing it.
gc.collect()
gc.freeze()
gc.set_threshold(50_000)
