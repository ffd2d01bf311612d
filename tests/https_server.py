"""A web server with real TLS on this machine that stands for official hosts, and misbehaves as it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

_FIND = socket.getaddrinfo
HOSTS = ("documents.un.org", "undocs.org", "www.unhcr.org")


class Server:
    """answers: what to do for each path, a function of the request handler. requests: (host, path, headers) of each."""

    def __init__(self, names=HOSTS) -> None:
        self.authority = trustme.CA()
        self.answers = {}
        self.requests = []
        self.stop = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.close_connection = True
                owner.requests.append((self.headers["Host"], self.path, dict(self.headers)))
                owner.answers[self.path](self)

            def log_message(self, *arguments):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self._server = Quiet(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names).configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()


def stand_in(server, monkeypatch, certificates):
    """Let the official hosts be found at this server, and let its authority be trusted; returns the hosts asked for."""
    asked = []

    def getaddrinfo(host, port, *arguments, **options):
        host = host.decode() if isinstance(host, bytes) else host
        asked.append((host, port))
        if host == "127.0.0.1":  # a proxy on this machine
            return _FIND(host, port, *arguments, **options)
        if host not in HOSTS or port != 443:
            raise socket.gaierror(socket.EAI_NONAME, "no such host in this test")
        return _FIND("127.0.0.1", server.port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server.authority.cert_pem.write_to_path(str(certificates))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates))
    return asked


class Proxy:
    """A proxy on this machine that leads every CONNECT to one server, and remembers what it was told."""

    def __init__(self, server) -> None:
        self.told = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def _serve(self, server):
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            self.told.append(here.recv(65536).decode())
            there = socket.create_connection(("127.0.0.1", server.port))
            here.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            for a, b in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()

    @staticmethod
    def _pass_on(a, b):
        with contextlib.suppress(OSError):
            while piece := a.recv(65536):
                b.sendall(piece)
            b.shutdown(socket.SHUT_WR)

    def close(self):
        self._listener.close()


def sends(body, status=200, **headers):
    """An answer with a body, whole and as declared; a header of None is left out."""

    def answer(handler):
        said = {"Content-Type": "application/pdf", "Content-Length": str(len(body))} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        begin(handler, status, said)
        handler.wfile.write(body)

    return answer


def begin(handler, status, headers):
    """Send status and headers only."""
    handler.send_response(status)
    for name, value in headers.items():
        if value is not None:
            handler.send_header(name, value)
    handler.end_headers()


def redirects(location, status=302):
    """An answer that leads elsewhere, in the middle of setting a cookie."""
    return sends(b"", status, Location=location, Set_Cookie="track=1; Path=/")


def cuts(body, after, **headers):
    """An answer that declares a body and breaks off in the middle."""

    def answer(handler):
        begin(handler, 200, {"Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()})
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    return answer


def drips(server, pause, body=b"%PDF-1.7\n" * 500, headers=True):
    """An answer that comes a byte at a time, from the first header on or from the body on."""

    def answer(handler):
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        if not headers:
            handler.wfile.write(whole)
            whole = b""
        for byte in whole + body:
            if server.stop.wait(pause):
                return
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    return answer


def falls_silent(server, body, after):
    """An answer that stops in the middle and keeps the connection open."""

    def answer(handler):
        begin(handler, 200, {"Content-Length": str(len(body)), "ETag": '"1"'})
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        server.stop.wait(20)

    return answer


def never_ends(server):
    """A body without an end and without a declared length."""

    def answer(handler):
        begin(handler, 200, {"Content-Type": "application/pdf"})
        while not server.stop.is_set():
            handler.wfile.write(b"%PDF-1.7" + bytes(65536))

    return answer


def ranges(body, etag='"1"', claim=None, status=206, **headers):
    """An answer to a wish for a part, as declared, or with a lie about which part it is."""

    def answer(handler):
        wanted = handler.headers.get("Range", "")
        if not wanted:
            return sends(body, ETag=etag)(handler)
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if handler.headers.get("If-Range") not in (None, etag) and status == 206:
            return sends(body, ETag=etag)(handler)
        said = (claim or f"bytes {start}-{{last}}/{{size}}").format(last=len(body) - 1, size=len(body))
        return sends(body[start:], status, ETag=etag, Content_Range=said, **headers)(handler)

    return answer
