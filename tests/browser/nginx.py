"""nginx on this computer with the configuration of the docs, inside a main one that would log and keep all it can."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import trustme

from tests.browser.conftest import ROOT, free_port

CONFIGURATION = ROOT / "docs" / "server" / "nginx.conf"
DEFAULTS = """
daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/logs/error.log info; {user}
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/logs/access.log;
    client_body_temp_path {folder}/temp/body; proxy_temp_path {folder}/temp/proxy;
    fastcgi_temp_path {folder}/temp/fastcgi; uwsgi_temp_path {folder}/temp/uwsgi; scgi_temp_path {folder}/temp/scgi;
    include {folder}/avenues.conf;
}}
"""


class Nginx:
    """TLS for one name, in front of a port of this computer. without: lines of the configuration that are left out."""

    def __init__(self, folder: Path, name: str, to: int, without: tuple[str, ...] = ()) -> None:
        program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if program is None:
            pytest.skip("There is no nginx here. On Debian or Ubuntu: apt-get install nginx-light")
        self.folder, self.port, self.plain_port, self.authority = folder, free_port(), free_port(), trustme.CA()
        for kind in ("logs", "temp"):
            (folder / kind).mkdir(parents=True)
        certificate = self.authority.issue_cert(name)
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "both.pem"))
        ours = CONFIGURATION.read_text()
        for theirs, mine in (
            ("avenues.example.org", name),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("/etc/ssl/avenues/fullchain.pem", str(folder / "both.pem")),
            ("/etc/ssl/avenues/privkey.pem", str(folder / "both.pem")),
            ("server 127.0.0.1:8501;", f"server 127.0.0.1:{to};"),
            *((line, "") for line in without),
        ):
            assert theirs in ours
            ours = ours.replace(theirs, mine)
        (folder / "avenues.conf").write_text(ours)
        user = "user root;" if hasattr(os, "getuid") and os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(DEFAULTS.format(folder=folder, user=user))
        self._process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, (folder / "logs" / "error.log").read_text()
                time.sleep(0.02)
        raise AssertionError((folder / "logs" / "error.log").read_text())

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def kept(self) -> dict[str, str]:
        """What lies on the disk: each log that says anything of a connection, and all that was put aside."""
        logs = {path.name: path.read_text(errors="replace") for path in (self.folder / "logs").iterdir()}
        aside = [path.name for path in (self.folder / "temp").rglob("*") if path.parent.name != "temp"]
        told = {name: said for name, said in logs.items() if "client" in said or "127.0.0.1" in said or "GET" in said}
        return told | dict.fromkeys(aside, "put aside")
