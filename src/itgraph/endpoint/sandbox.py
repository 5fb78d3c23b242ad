"""What confines a process that evaluates queries of strangers: resource limits, a syscall filter, an empty network.

Part of the endpoint, at its bottom: the fork server calls it, in its own process and in each worker. The engine can
neither bound its memory nor be told to open no socket, so the system has to. The filter is a seccomp program of some
thirty instructions (https://docs.kernel.org/userspace-api/seccomp_filter.html); a system that has none keeps the
limits, and :func:`missing` says what is not there.

Example::

    confine(memory=1 << 30, seconds=10, network=False)
    socket.socket()    # PermissionError
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

__all__ = ["confine", "missing", "more_seconds", "private_network", "refuses_sockets"]

#: prctl(2) and unshare(2), from linux/prctl.h and linux/sched.h.
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

#: linux/seccomp.h, linux/bpf_common.h: what a program answers, and its instructions.
RET_KILL_PROCESS, RET_ERRNO, RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
#: On x86-64 the numbers from here on are those of x32, a second name for every call.
X32 = 0x40000000

#: By machine: linux/audit.h's name of it, and the numbers of the calls that no evaluation of a query needs.
SYSTEM_CALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288,
            "execve": 59, "execveat": 322, "kill": 62, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
            "pidfd_open": 434, "pidfd_getfd": 438, "unshare": 272, "setns": 308, "mount": 165, "bpf": 321,
            "io_uring_setup": 425, "open": 2, "creat": 85, "openat": 257, "openat2": 437, "open_by_handle_at": 304,
            "unlink": 87, "unlinkat": 263, "rename": 82, "renameat": 264, "renameat2": 316, "truncate": 76,
            "chmod": 90, "fchmodat": 268, "chown": 92, "fchownat": 260, "link": 86, "linkat": 265, "symlink": 88,
            "symlinkat": 266, "mkdir": 83, "mkdirat": 258,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "accept4": 242,
            "execve": 221, "execveat": 281, "kill": 129, "ptrace": 117, "process_vm_readv": 270,
            "process_vm_writev": 271, "pidfd_open": 434, "pidfd_getfd": 438, "unshare": 97, "setns": 268, "mount": 40,
            "bpf": 280, "io_uring_setup": 425, "openat": 56, "openat2": 437, "open_by_handle_at": 265,
            "unlinkat": 35, "renameat": 38, "renameat2": 276, "truncate": 45, "fchmodat": 53, "fchownat": 54,
            "linkat": 37, "symlinkat": 36, "mkdirat": 34,
        },
    ),
}  # fmt: skip
#: What a worker needs that may ask allowed endpoints; its network holds nothing else.
FOR_NETWORK = frozenset({"socket", "connect"})
#: What a name look-up and a certificate store would read; a worker that asks others reads the files of the system.
FOR_FILES = frozenset({"open", "openat"})

#: Open files of a worker: its end of the connection, and what the engine opens for a request to another endpoint.
OPEN_FILES = 64
#: The stack that the depths of the gate were measured with.
STACK = 8 << 20
#: Seconds of processor time beyond the wall limit: the second belt, should the front be too late to end a query.
CPU_MARGIN = 2
GIBIBYTE = 1 << 30


def missing() -> list[str]:
    """Return what this system lacks of the isolation, each as a line for people; empty where all is there."""
    lacks = []
    if sys.platform != "linux":
        lacks.append(f"{sys.platform} has no filter of system calls: a query may try to reach other machines")
    elif platform.machine() not in SYSTEM_CALLS:
        lacks.append(f"no filter of system calls is written for {platform.machine()}: a query may reach other machines")
    elif not Path("/proc/sys/kernel/seccomp/actions_avail").exists():
        lacks.append("this kernel has no seccomp: a query may try to reach other machines")
    return lacks


def confine(memory: int, seconds: float, *, network: bool) -> None:
    """Give up, for good, all that evaluating a query does not need. The process must have one thread.

    Args:
        memory: bytes of address space, in all.
        seconds: of processor time from now; :func:`more_seconds` adds to it.
        network: whether sockets may be made, which is right only in a network of one's own.

    Raises:
        OSError: the system refuses one of them.
    """
    if sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # Where memory runs out, it is a query that ends, and not the front.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (STACK if most == resource.RLIM_INFINITY else min(STACK, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    more_seconds(seconds)
    if not missing():
        call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
        forbid(FOR_NETWORK | FOR_FILES if network else frozenset())


def refuses_sockets() -> bool:
    """Try it out: tell whether a process that is confined is refused a socket. This one stays as it is."""
    if (pid := os.fork()) == 0:
        refused = 1
        try:
            confine(GIBIBYTE, 1, network=False)
            socket.socket()
        except PermissionError:
            refused = 0
        finally:
            os._exit(refused)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def more_seconds(seconds: float) -> None:
    """Allow so many seconds of processor time from now; a process that takes more is ended by SIGXCPU."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + CPU_MARGIN, hard))


def forbid(but: frozenset[str]) -> None:
    """Install the filter: the system calls of the table fail with EACCES, except ``but``."""
    architecture, numbers = SYSTEM_CALLS[platform.machine()]
    denied = sorted(number for name, number in numbers.items() if name not in but)
    code = b"".join(program(architecture, denied))
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, and where they are.
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(described), 0, 0)


def program(architecture: int, denied: Iterable[int]) -> Iterator[bytes]:
    """Yield the instructions of the filter (struct sock_filter: code, two jumps, operand)."""
    numbers = list(denied)

    def instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, operand)

    yield instruction(LOAD, ARCHITECTURE_AT)
    yield instruction(JUMP_EQUAL, architecture, if_true=1)
    yield instruction(RETURN, RET_KILL_PROCESS)
    yield instruction(LOAD, NUMBER_AT)
    yield instruction(JUMP_AT_LEAST, X32, if_true=len(numbers) + 1)
    for place, number in enumerate(numbers):
        yield instruction(JUMP_EQUAL, number, if_true=len(numbers) - place)
    yield instruction(RETURN, RET_ALLOW)
    yield instruction(RETURN, RET_ERRNO | errno.EACCES)


def private_network() -> socket.socket:
    """Move this process into a network that holds nothing, and return a socket that listens in there.

    Whoever is given the socket serves the processes of that network, and they reach nobody else. The process must have
    one thread.

    Raises:
        OSError: the system does not let this user make networks.
    """
    if os.geteuid() != 0:
        call("unshare", CLONE_NEWUSER | CLONE_NEWNET)
    else:
        call("unshare", CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
    return socket.create_server(("127.0.0.1", 0))


@cache
def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int) -> None:
    """Call a function of the C library that answers 0.

    Raises:
        OSError: it does not.
    """
    function = getattr(libc(), name)
    if function(*map(ctypes.c_ulong, arguments)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
