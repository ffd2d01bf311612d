"""views.modes: the two ways to run the page, each with its exact list of headers and routes."""

from __future__ import annotations

import pytest

from views import modes

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self' {sockets}; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
LISTED = {
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOCAL, OFFICE = modes.local(8501), modes.server(("a.example", "b.example"), 8600)


@pytest.mark.parametrize(
    ("mode", "sockets", "more"),
    [
        (LOCAL, "ws://localhost:8501 ws://127.0.0.1:8501", {}),
        (OFFICE, "wss://a.example wss://b.example", {"strict-transport-security": "max-age=31536000"}),
    ],
)
def test_the_headers_are_exactly_the_listed_ones(mode, sockets, more):
    found = mode.headers()
    powers = found.pop("permissions-policy").split(", ")
    assert found == LISTED | more | {"content-security-policy": POLICY.format(sockets=sockets)}
    assert {"camera=()", "microphone=()", "geolocation=()", "clipboard-read=()"} <= set(powers)
    assert all(power.endswith("=()") for power in powers)


def test_the_open_addresses_are_exactly_the_listed_ones():
    assert sorted(modes.NEUTRAL) == ["/away", "/icon.svg"]
    assert sorted(modes.PAGES) == [
        "/", "/_stcore/health", "/_stcore/host-config", "/away", "/icon.svg", "/page.css", "/page.js",
    ]  # fmt: skip
    assert modes.STREAM == "/_stcore/stream"
    assert (LOCAL.neutral, OFFICE.neutral) == (modes.NEUTRAL, modes.NEUTRAL | {"/healthz"})


def test_the_limits_are_the_listed_ones():
    assert [(mode.sockets, mode.sockets_each, mode.ends_after_s) for mode in (LOCAL, OFFICE)] == [
        (40, 8, 60.0), (400, 8, None),
    ]  # fmt: skip


def test_the_cookie_lasts_until_the_browser_is_closed_and_goes_to_no_other_site():
    assert LOCAL.set_cookie("id") == "visit-8501=id; Path=/; HttpOnly; SameSite=Strict"
    assert LOCAL.set_cookie("") == "visit-8501=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    assert OFFICE.set_cookie("id") == "__Host-visit=id; Path=/; HttpOnly; SameSite=Strict; Secure"
    assert OFFICE.set_cookie("") == "__Host-visit=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:8501", "127.0.0.1:9999"])
def test_this_computer_is_ours_by_any_port(host):
    assert LOCAL.is_ours(host) and LOCAL.origin(host) == f"http://{host}"


@pytest.mark.parametrize(
    "host",
    ["", "127.0.0.1", "localhost", "evil.test:8501", "127.0.0.1.evil.test:80", "0.0.0.0:80", "x@localhost:1", "twice",
     "[::1]:8501", "localhost:", "localhost:123456", "localhost:8501/x", "localhost.:1", "127.1:8501", "localhost:٣"],
)  # fmt: skip
def test_others_are_not(host):
    assert not LOCAL.is_ours(host)


@pytest.mark.parametrize("host", ["a.example", "a.example:443", "b.example"])
def test_an_office_is_found_by_its_names(host):
    assert OFFICE.is_ours(host) and OFFICE.origin(host) == f"https://{host.removesuffix(':443')}"


@pytest.mark.parametrize(
    "host",
    ["", "A.example", "a.example:80", "a.example:8600", "a.example.", "x.a.example", "127.0.0.1:8600", "localhost:1"],
)
def test_an_office_is_not_found_by_others(host):
    assert not OFFICE.is_ours(host)


def test_names_are_taken_as_people_type_them():
    assert modes.server_names("Avenues.Example.org,b.example.org,avenues.example.org") == (
        "avenues.example.org",
        "b.example.org",
    )
    assert modes.server_names("intranet") == ("intranet",)


@pytest.mark.parametrize(
    "given",
    ["", ",", "a.example,", "https://a.example", "a.example/x", "a.example:443", "a b.example", " a.example",
     "*.example", "0.0.0.0", "10.0.0.1", "::", "[::1]", "-a.example", "a..example", "a_b.example", "localhost",
     "a.example\n", "ü.example", "x" * 64 + ".example", ".".join(["abcdefgh"] * 29)],
)  # fmt: skip
def test_what_is_no_name_is_refused(given):
    with pytest.raises(modes.ModeError, match="is not a host name"):
        modes.server_names(given)


@pytest.mark.parametrize("given", ["https://weather.example.org", "https://weather.example.org/today?place=1#x"])
def test_a_public_page_can_be_left_to(given):
    assert modes.away_address(given) == given


@pytest.mark.parametrize(
    "given",
    ["", "http://weather.example", "weather.example", "//weather.example", "javascript:alert(1)", "https://",
     "https://a b", "https://user@weather.example", "https://weather.example/\"><script>", "data:,x",
     "https://weather.example\r\nX: y", "https://weather.example:99999", "https://é.example"],
)  # fmt: skip
def test_what_is_no_public_page_is_refused(given):
    with pytest.raises(modes.ModeError, match="is not a page to leave to"):
        modes.away_address(given)
