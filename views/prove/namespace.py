"""A process → the same process with loopback as its only network, where the machine allows that."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Final

_NEW_NET: Final = 0x40000000
_NEW_USER: Final = 0x10000000
_GET_FLAGS: Final = 0x8913  # SIOCGIFFLAGS
_SET_FLAGS: Final = 0x8914  # SIOCSIFFLAGS
_UP: Final = 1


def enter_empty_network() -> str:
    """Leave every network but loopback, for this process and all that it starts; must come before any thread.

    Returns "" when it is done, else the reason in plain words; then nothing has changed.
    """
    if not sys.platform.startswith("linux"):
        return "only Linux has networks of one's own for a process"
    tries = (_NEW_NET, _NEW_USER | _NEW_NET) if os.geteuid() == 0 else (_NEW_USER | _NEW_NET,)
    reason = ""
    for flags in tries:
        reason = _tried_in_a_child(flags)
        if not reason:
            _enter(flags)
            return ""
    return reason


def _tried_in_a_child(flags: int) -> str:
    """Why entering fails, or ""; some machines let a process in and then refuse it loopback, so a child goes first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = b""
        try:
            _enter(flags)
        except OSError as error:
            said = f"this machine does not allow it ({error.strerror})".encode()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        reason = file.read().decode()
    os.waitpid(child, 0)
    return reason


def _enter(flags: int) -> None:
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if flags & _NEW_USER:  # root of the new namespace only, so that strace may look at what we start
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    _loopback_up()


def _loopback_up() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        asked = struct.pack("16sh14x", b"lo", 0)
        flags: int = struct.unpack("16sh14x", fcntl.ioctl(sock, _GET_FLAGS, asked))[1]
        fcntl.ioctl(sock, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def interfaces() -> list[str]:
    """The names of the network interfaces that this process sees."""
    return sorted(name for _, name in socket.if_nameindex())
