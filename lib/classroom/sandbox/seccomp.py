"""A filter of system calls for learners' processes: what they never need, and what would get around a limit.

Two kinds are refused. Ways to reach beyond the process: debugging others, new namespaces (the kernel's side of them
has had holes), keys, which outlive a process, and the rarely used parts of the kernel where most holes are found. And
memory that no limit counts: anonymous files and System V's segments. Of sockets, the usual families are let through.
"""

import ctypes
import errno
import platform

# Names and numbers as in the kernel's tables (asm/unistd_64.h, asm-generic/unistd.h).
_X86 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_getfd": 438,
    "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "mount_setattr": 442,
    "add_key": 248, "request_key": 249, "keyctl": 250,
    "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240,
    "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "open_by_handle_at": 304,
    "fanotify_init": 300,
}  # fmt: skip
_ARM = {
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "pidfd_getfd": 438,
    "unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "mount_setattr": 442,
    "add_key": 217, "request_key": 218, "keyctl": 219,
    "memfd_create": 279, "memfd_secret": 447, "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180,
    "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "open_by_handle_at": 265,
    "fanotify_init": 262,
}  # fmt: skip
_MACHINES = {  # the kernel's number of the machine, the refused calls, and those of clone, socket and setsockopt
    "x86_64": (0xC000003E, _X86, 56, 41, 54),
    "aarch64": (0xC00000B7, _ARM, 220, 198, 208),
}
_BUFFER_SIZES = (7, 8)  # SO_SNDBUF and SO_RCVBUF: up to megabytes for each socket
_FAMILIES = (
    1,
    2,
    10,
    16,
)  # of sockets: UNIX, INET, INET6, NETLINK. No namespace keeps VSOCK from the host of a machine
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020080  # the flags of clone that make them, CLONE_NEWUSER among them
_X32 = 0x40000000  # the same calls under other numbers
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)  # of the filter's language (BPF)
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _MACHINE, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32  # offsets in what a filter sees
_SET_SECCOMP, _FILTER = 22, 2


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def is_known() -> bool:
    """Whether there is a filter for this machine."""
    return platform.machine() in _MACHINES


def refuse(libc: ctypes.CDLL) -> None:
    """Install the filter in this process, for good and for all that it starts.

    Args:
        libc: loaded with `use_errno`. The process must have given up new privileges (PR_SET_NO_NEW_PRIVS).

    Raises:
        OSError: the kernel has no such filters.
    """
    machine, refused, clone, socket, setsockopt = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS),  # the C library then takes clone
    ]  # fmt: skip
    for number in refused.values():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    steps += [(_EQUAL, 0, len(_FAMILIES) + 3, socket), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    steps += [(_EQUAL, len(_FAMILIES) - place, 0, family) for place, family in enumerate(_FAMILIES)]
    steps += [(_RETURN, 0, 0, _ERROR | errno.EAFNOSUPPORT), (_RETURN, 0, 0, _ALLOW)]
    # Done without an effect: a library that asks for a larger buffer works with the usual one. Other levels have
    # options of the same numbers, none of which learners' code needs.
    steps += [(_EQUAL, 0, 5, setsockopt), (_LOAD, 0, 0, _THIRD_ARGUMENT)]
    steps += [(_EQUAL, 1, 0, _BUFFER_SIZES[0]), (_EQUAL, 0, 1, _BUFFER_SIZES[1])]
    steps += [(_RETURN, 0, 0, _ERROR), (_RETURN, 0, 0, _ALLOW)]
    steps += [
        (_EQUAL, 0, 3, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, _ERROR | errno.EPERM), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    program = _Program(len(steps), (_Step * len(steps))(*(_Step(*step) for step in steps)))
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "no system call filter")
