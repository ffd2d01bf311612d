"""domains.csv → which hosts are official; decides where a link may point and from where a document may be fetched."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.tables import needed_problem, once, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHIPPED = Path(__file__).resolve().parent.parent / "corpus" / "domains.csv"
_COLUMNS = ("domain", "owner", "kind", "note")
KINDS = ("official", "provider")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


class DomainsError(ValueError):
    """domains.csv cannot be used; the message holds every reason, one a line."""


@dataclass(frozen=True)
class Domains:
    """Domain names in small letters; a host belongs to one when it equals it or ends in a dot and it.

    official: documents may be fetched from it, and links may point to it. provider: somebody hosts a form there for
    an organisation; links only.
    """

    official: frozenset[str]
    provider: frozenset[str]


def read_domains(corpus_dir: Path) -> Domains:
    """Read the domains of a corpus, or those that come with the program where it has none.

    Raises:
        DomainsError: a row cannot be used; it lists all problems at once.

    """
    own = corpus_dir / "domains.csv"
    table = read_table(own if own.exists() else _SHIPPED, _COLUMNS)
    problems = [*table.problems, *once(table, "domain")]
    for row in table.rows:
        cells = row.cells
        checks = [needed_problem("owner", cells["owner"])]
        if not _DOMAIN.fullmatch(cells["domain"]):
            checks.append(f'"domain" is "{cells["domain"]}". Write a name in small letters, such as unwomen.org.')
        if cells["kind"] not in KINDS:
            checks.append(f'"kind" is "{cells["kind"]}". Write one of: {", ".join(KINDS)}.')
        problems += [table.at(row, check) for check in checks if check]
    if problems:
        raise DomainsError("\n".join(problems))
    kinds = {kind: frozenset(r.cells["domain"] for r in table.rows if r.cells["kind"] == kind) for kind in KINDS}
    return Domains(**kinds)


def official_hosts(corpus_dir: Path) -> frozenset[str]:
    """Name the domains from which documents may be fetched; their subdomains count too."""
    return read_domains(corpus_dir).official


def link_problem(url: str, domains: Domains) -> str:
    """Say why a link may not be shown, or "": it must lead to an official or a provider's domain."""
    return _address_problem(url, ("https", "http"), domains.official | domains.provider)


def fetch_problem(url: str, domains: Domains) -> str:
    """Say why nothing may be fetched from an address, or "": https, the usual port, an official domain, no more."""
    return _address_problem(url, ("https",), domains.official)


def host_of(url: str) -> str:
    """Name the host of an address, in small letters; "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _address_problem(url: str, schemes: tuple[str, ...], allowed: Iterable[str]) -> str:
    if not url.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return "the address holds a blank, a backslash or a letter that addresses do not have"
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return "the address cannot be read"
    host = host_of(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    checks = (
        (parts.scheme not in schemes, f"the address begins with {parts.scheme or 'nothing'}:, not with https:"),
        ("@" in parts.netloc, "the address holds a user name"),
        (_is_number(host), f"the address is a number ({host}), not a name"),
        (port not in (None, usual), f"the address asks for the unusual port {port}"),
        (not any(host == name or host.endswith(f".{name}") for name in allowed),
         f"{host or 'the address'} is not on the list of official domains (domains.csv)"),
    )  # fmt: skip
    return next((words for wrong, words in checks if wrong), "")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host))
    return True
