"""The provider on this machine's network: one page to choose who one is, and the protocol's addresses."""

import base64
import html
import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from provident.sample.eid.people import NAME
from provident.sample.eid.provider import ProtocolError, Provider

_MOST = 16 * 1024
_SAID = {
    "en": ("Sample e-ID", "Everybody here is invented. Who are you?", "Rather not", "no official number"),
    "zh-CN": ("示例电子身份", "此处人员均为虚构。您是谁？", "取消", "不含证件号码"),
}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "provident-sample-eid", ""
    server: "EIdServer"

    def do_GET(self) -> None:
        """Describe, show the keys, ask who one is, or tell who a token stands for."""
        self._answered(self._get)

    def do_POST(self) -> None:
        """Take the choice of who one is, or a code for tokens."""
        self._answered(self._post)

    def _answered(self, answer: Callable[[str, str], None]) -> None:
        at = urlsplit(self.path)
        try:
            answer(at.path, at.query)
        except ProtocolError as error:
            self._json({"error": error.error}, error.status)

    def _get(self, path: str, query: str) -> None:
        provider = self.server.provider
        if path == "/.well-known/openid-configuration":
            self._json(provider.discovery())
        elif path == "/jwks":
            self._json(provider.jwks())
        elif path == "/userinfo":
            scheme, _, access = self.headers.get("Authorization", "").partition(" ")
            self._json(provider.userinfo(access if scheme == "Bearer" else ""))
        elif path == "/authorize":
            self._choose(query)
        else:
            raise ProtocolError("not_found", 404)

    def _post(self, path: str, _query: str) -> None:
        provider = self.server.provider
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MOST:
            self.close_connection = True
            raise ProtocolError("invalid_request", 413)
        form = dict(parse_qsl(self.rfile.read(int(length)).decode(errors="replace")))
        if path == "/authorize":
            asked, chosen = provider.asked(form), form.get("holder", "")
            self._lead(provider.allow(asked, chosen) if chosen else provider.deny(asked))
        elif path == "/token":
            self._json(provider.token(form, self._client(form)))
        else:
            raise ProtocolError("not_found", 404)

    def _client(self, form: dict[str, str]) -> tuple[str, str]:
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return form.get("client_id", ""), form.get("client_secret", "")
        try:
            name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            raise ProtocolError("invalid_client", 401) from None
        return name, secret

    def _choose(self, query: str) -> None:
        """Show the invented people as buttons; the request itself travels along and is read again."""
        given = dict(parse_qsl(query))
        provider = self.server.provider
        provider.asked(given)
        spoken = given.get("ui_locales", "en").split()[0] if given.get("ui_locales") else "en"
        language = spoken if spoken in _SAID else "en"
        title, lead, cancel, bare = _SAID[language]
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in given.items()
        )
        buttons = "".join(
            f'<p><button name="holder" value="{html.escape(one.subject)}">{html.escape(one.name)}'
            f"{'' if one.number else f' ({bare})'}</button></p>"
            for one in provider.holders
        )
        page = (
            f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
            f'<main><h1>{title}</h1><p>{lead}</p><form method="post" action="/authorize">{hidden}{buttons}'
            f'<p><button name="holder" value="">{cancel}</button></p></form></main></html>'
        )
        self._give(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())

    def _lead(self, to: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, document: dict[str, object], status: int = 200) -> None:
        self._give(status, "application/json", json.dumps(document).encode())

    def _give(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep no log."""


class EIdServer(ThreadingHTTPServer):
    """Listens on this machine only."""

    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        port = urlsplit(provider.issuer).port
        super().__init__(("127.0.0.1", 80 if port is None else port), Handler)


def callbacks(portal: str) -> frozenset[str]:
    """Return the addresses at the portal that browsers may be led back to: this machine by both its names."""
    back = f"{portal.rstrip('/')}/e-id/{NAME}/arrived/"
    return frozenset({back, back.replace("//localhost:", "//127.0.0.1:")})
