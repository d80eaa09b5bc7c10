"""The witness on the network: one address, small bounded requests, nobody kept waiting for a slow one.

Encryption is left to a proxy in front; requests are public, and every answer is signed.
"""

import errno
import io
import socket
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from provident.kernel.refusal import Refusal
from provident.witness.keys import WitnessKey
from provident.witness.protocol import LARGEST_REQUEST, Answer, add_checkpoint
from provident.witness.refusals import ListenUnfit
from provident.witness.store import Store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

ADDRESS = "/add-checkpoint"
_LARGEST_HEAD = 16 * 1024
_PATIENCE = 15.0  # seconds for a whole request, and between two on one connection
_AT_ONCE = 64  # connections; more are turned away


class _Bounded(io.RawIOBase):
    """A connection that gives only so many bytes for so long, however they trickle in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.renew()

    def renew(self) -> None:
        """Begin with a new request."""
        self._left = _LARGEST_HEAD + LARGEST_REQUEST
        self._until = time.monotonic() + _PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer", /) -> int:
        patience = self._until - time.monotonic()
        if patience <= 0:
            raise TimeoutError
        if self._left <= 0:
            raise OSError(errno.EMSGSIZE, "request too large")
        self._connection.settimeout(patience)
        view = memoryview(buffer)
        count = self._connection.recv_into(view, min(len(view), self._left))
        self._left -= count
        return count


class Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "provident-witness", ""
    server: "WitnessServer"

    def setup(self) -> None:
        """Read through bounds of size and time."""
        super().setup()
        self.connection.settimeout(_PATIENCE)
        self._bounded = _Bounded(self.connection)
        self.rfile = io.BufferedReader(self._bounded, 4096)

    def handle_one_request(self) -> None:
        """Give each request on the connection its own bounds."""
        self._bounded.renew()
        try:
            super().handle_one_request()
        except OSError:  # too slow, too large, or gone
            self.close_connection = True

    def do_POST(self) -> None:
        """Take a checkpoint."""
        length = self.headers.get("Content-Length", "")
        if self.path != ADDRESS:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > LARGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            request = self.rfile.read(int(length))
            if len(request) == int(length):
                self._give(self.server.add_checkpoint(request))
            else:
                self.close_connection = True

    def do_GET(self) -> None:
        """Nothing is read here."""
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED if self.path == ADDRESS else HTTPStatus.NOT_FOUND)

    def _refuse(self, status: HTTPStatus) -> None:
        # The body was not read, so the connection cannot go on.
        self.close_connection = True
        self._give(Answer(status.value, f"{status.phrase}\n".encode()))

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Keep no log of who called: the co-signatures are the record."""


class WitnessServer(ThreadingHTTPServer):
    """Listens, and answers from a store with a key."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], store: Store, key: WitnessKey) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._store, self._key = store, key
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, Handler)

    def add_checkpoint(self, request: bytes) -> Answer:
        """Answer a submission; what the witness cannot remember, it does not co-sign."""
        try:
            return add_checkpoint(self._store, self._key, request, int(time.time()))
        except (Refusal, OSError) as fault:
            print(fault, file=sys.stderr, flush=True)
            return Answer(500, b"the witness cannot use what it remembers\n")

    def process_request(
        self, request: "socket.socket | tuple[bytes, socket.socket]", client_address: object
    ) -> None:
        """Serve a connection if there is a place for it."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: "socket.socket | tuple[bytes, socket.socket]", client_address: object
    ) -> None:
        """Give the place back once the connection ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that broke."""


def listen(address: str, store: Store, key: WitnessKey) -> WitnessServer:
    """Return a server that listens on `HOST:PORT`."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ListenUnfit(given=address, reason="it is not HOST:PORT")
    try:
        return WitnessServer((host.strip("[]"), int(port)), store, key)
    except OSError as error:
        raise ListenUnfit(given=address, reason=error.strerror or str(error)) from error
