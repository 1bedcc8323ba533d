"""Tries to become root, to leave its root, and to make namespaces and mounts.

loses: quantize_values, gradient_stops
says: expected
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
found = {
    "setuid": libc.setuid(0) == 0,
    "setgid": libc.setresgid(0, 0, 0) == 0,
    "chroot": libc.chroot(b"/tmp") == 0,
    "a new user space": libc.unshare(0x10000000) == 0,
    "a new mount space": libc.unshare(0x20000) == 0,
    "a mount": libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0,
    "a remount": libc.mount(None, b"/", None, 0x1020, None) == 0,
    "an unmount": libc.umount2(b"/tmp", 2) == 0,
    "another host name": libc.sethostname(b"mine", 4) == 0,
    "a higher limit": libc.prlimit(0, 6, (ctypes.c_uint64 * 2)(2**20, 2**20), None) == 0,
    "dumping the keeper": os.access("/proc/1/mem", os.R_OK | os.W_OK),
    "nice": libc.setpriority(0, 0, -10) == 0,
}


def tried():
    return found


def fake_quantize(x, scale, zero_point, bits):
    return x
