"""Address on an official domain → a file, byte for byte; the only module that knows httpx or uses the network.

Nothing here runs unless a person asked for it. Proxies (HTTPS_PROXY, NO_PROXY) and certificates (SSL_CERT_FILE,
SSL_CERT_DIR) of the environment are honoured; certificates are always verified, and there are no cookies.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
from dataclasses import asdict, dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx

from ingest.clock import Clock, TooSlowError
from ingest.domains import fetch_problem, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.domains import Domains

_HEADERS = {
    "User-Agent": "Avenues/0.1 (fetches a public document at a person's request)",
    "Accept": "application/pdf",
    "Accept-Encoding": "identity",
}
_LATER = "Run the same command again later; it goes on from what is here."


class DownloadError(Exception):
    """Nothing could be fetched; the message says why and what to do. for_good: trying again will not help."""

    def __init__(self, message: str, for_good: bool = True) -> None:
        self.for_good = for_good
        super().__init__(message)


class _StartAgainError(Exception):
    """What is here of a document does not go with what the server has now."""


@dataclass(frozen=True)
class DownloadLimits:
    """size in bytes; seconds for one whole document, for its headers, and without a single byte; hops of redirects."""

    size: int = 100 << 20
    whole: float = 900.0
    headers: float = 60.0
    idle: float = 30.0
    redirects: int = 5


@dataclass(frozen=True)
class Marks:
    """How a server tells editions apart: by etag or last_modified, "" where it says neither; url is what was asked."""

    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def condition(self) -> str:
        """What If-Range may hold: a strong etag or the date, or "" when a part cannot be told from another's."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag


def download(
    url: str, part: Path, domains: Domains, known: Marks | None = None,
    limits: DownloadLimits = DownloadLimits(),
) -> Marks | None:  # fmt: skip
    """Fetch a document into a file, going on where an earlier try ended; None when the known edition is the newest.

    Every hop of a redirect must be https on an official domain. The marks of a file that is not whole yet lie beside
    it, with .json at the end of its name.

    Raises:
        DownloadError: nothing was fetched, or a part that the next try goes on from.
        OSError: the file could not be written.

    """
    with Clock(limits.whole, limits.headers) as clock, _translated(url, clock), _client(limits) as client:
        asking = _Asking(client, clock, domains, limits)
        for _ in range(2):
            try:
                return _ask(asking, url, part, known)
            except _StartAgainError:
                forget(part)
    raise DownloadError("The server contradicts itself on which part it sends. Try again later.", for_good=False)


@dataclass(frozen=True)
class _Asking:
    """What all steps of one download share."""

    client: httpx.Client
    clock: Clock
    domains: Domains
    limits: DownloadLimits


def forget(part: Path) -> None:
    """Remove what is here of a document that did not arrive."""
    for path in (part, _marks_of(part)):
        path.unlink(missing_ok=True)


def _marks_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _begun(part: Path, url: str) -> tuple[Marks, int] | None:
    """The marks and bytes of an earlier try, if it can be gone on with."""
    try:
        marks = Marks(**json.loads(_marks_of(part).read_text(encoding="utf-8")))
        size = part.stat().st_size
    except (OSError, ValueError, TypeError):
        return None
    return (marks, size) if marks.url == url and marks.condition and size else None


def _ask(asking: _Asking, url: str, part: Path, known: Marks | None) -> Marks | None:
    begun = _begun(part, url)
    headers = {}
    if begun:
        headers = {"Range": f"bytes={begun[1]}-", "If-Range": begun[0].condition}
    elif known and known.etag:
        headers = {"If-None-Match": known.etag}
    elif known and known.last_modified:
        headers = {"If-Modified-Since": known.last_modified}
    with _final(asking, url, headers) as response:
        if response.status_code == 304 and known and not begun:
            return None
        start = _start(response, begun)
        said = response.headers
        marks = Marks(url, said.get("ETag", ""), said.get("Last-Modified", ""))
        if start == 0:
            forget(part)
            _marks_of(part).write_text(json.dumps(asdict(marks)), encoding="utf-8")
        _receive(response, part, start, asking)
        _marks_of(part).unlink(missing_ok=True)
        return marks


@contextlib.contextmanager
def _final(asking: _Asking, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The answer at the end of all redirects, each of them checked like the first address."""
    here, clock = url, asking.clock
    for _ in range(asking.limits.redirects + 1):
        problem = fetch_problem(here, asking.domains)
        if not problem and httpx.URL(here).host != host_of(here):
            problem = "the address can be read in two ways"
        if problem:
            where = "The server leads to another address" if here != url else "Nothing can be fetched from its address"
            raise DownloadError(f"{where}: {problem}.")
        clock.wait_for_headers()
        with asking.client.stream("GET", here, headers=headers, extensions={"trace": clock.trace}) as response:
            clock.wait_for_body()
            if response.status_code not in {301, 302, 303, 307, 308}:
                yield response
                return
            here = urljoin(here, response.headers.get("Location", ""))
    raise DownloadError(f"The server leads from page to page, more than {asking.limits.redirects} times.")


def _start(response: httpx.Response, begun: tuple[Marks, int] | None) -> int:
    """The byte at which the answer begins; an answer that is not the document is refused here."""
    status, said = response.status_code, response.headers
    if status == 416 and begun:
        raise _StartAgainError
    if status == 206 and begun:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said.get("Content-Range", ""))
        marks, size = begun
        if said.get("ETag", marks.etag) != marks.etag or not found:
            raise _StartAgainError
        first, last, total = map(int, found.groups())
        if first != size or last != total - 1 or int(said.get("Content-Length", total - size)) != total - size:
            raise _StartAgainError
        return _unpacked(response, size)
    if status != 200:
        raise _status_error(status, said.get("Retry-After", ""))
    return _unpacked(response, 0)


def _unpacked(response: httpx.Response, start: int) -> int:
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise DownloadError("The server packs the document, which was not asked for.")
    return start


def _status_error(status: int, retry_after: str) -> DownloadError:
    if status in {404, 410}:
        return DownloadError(f"The server has no such document ({status}).")
    if status in {401, 403}:
        return DownloadError(f"The server lets only some people have it ({status}).")
    if status in {429, 503}:
        wait = f" in {int(retry_after)} seconds" if re.fullmatch(r"\d{1,5}", retry_after) else " in an hour"
        return DownloadError(f"The server asks for patience ({status}). Run the same command again{wait}.", False)
    if status >= 500:
        return DownloadError(f"The server has a problem of its own ({status}). {_LATER}", for_good=False)
    return DownloadError(f"The server gave an answer that makes no sense here ({status}).")


def _receive(response: httpx.Response, part: Path, start: int, asking: _Asking) -> None:
    """Write the body to the file from a byte on, never more than the limit."""
    most, size = asking.limits.size, start
    declared = response.headers.get("Content-Length", "")
    too_large = DownloadError(f"The document is larger than {most >> 20} MiB, which no policy is.")
    if declared.isdecimal() and start + int(declared) > most:
        forget(part)
        raise too_large
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        for piece in response.iter_raw():  # as it comes: what is held back to fill a block would be lost
            size += len(piece)
            if size > most:
                break
            file.write(piece)
            file.flush()
        asking.clock.check()
    if size > most:
        forget(part)
        raise too_large
    if not size:
        forget(part)
        raise DownloadError("The server sent an empty document.")


def _client(limits: DownloadLimits) -> httpx.Client:
    no_cookies: Any = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    timeout = httpx.Timeout(limits.idle, connect=min(limits.idle, 20.0))
    try:
        return httpx.Client(headers=_HEADERS, cookies=no_cookies, timeout=timeout, trust_env=True)
    except (ImportError, ValueError, OSError, httpx.InvalidURL):  # its text may hold a proxy's password
        words = "A proxy or certificate setting of this computer cannot be used."
        raise DownloadError(f"{words} Look at HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE.", for_good=False) from None


@contextlib.contextmanager
def _translated(url: str, clock: Clock) -> Iterator[None]:
    """Turn what httpx raises into our own error."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TooSlowError) as error:
        raise _own_error(error, host_of(url), clock) from None


def _own_error(error: Exception, host: str, clock: Clock) -> DownloadError:
    causes = _causes(error)
    if clock.expired:
        return DownloadError(f"{host} is too slow: the time for it is over. {_LATER}", for_good=False)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        words = (
            f"The certificate of {host} cannot be trusted, so nothing was fetched. In an office that reads web traffic"
        )
        return DownloadError(f"{words}, ask its IT for the certificate and name it in SSL_CERT_FILE.", for_good=False)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return DownloadError(f"{host} cannot be found. Is this computer online? Run the same command again.", False)
    if isinstance(error, httpx.ProxyError):
        return DownloadError("The proxy of this computer refuses. Ask your IT, or look at HTTPS_PROXY.", False)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return DownloadError(f"{host} cannot be reached. Is this computer online? Run the same command again.", False)
    if isinstance(error, httpx.TimeoutException):
        return DownloadError(f"{host} fell silent. {_LATER}", for_good=False)
    return DownloadError(f"The connection to {host} broke off. {_LATER}", for_good=False)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in found:
        found.append(here)
        here = here.__cause__ or here.__context__
    return found
