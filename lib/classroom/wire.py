"""Messages between the judge and a learner's process: each with its length in front, over a socket of their own."""

import socket
import time

from classroom.codec import LIMIT_BYTES, LIMIT_HEADER_BYTES, Malformed

RUN, ASK = b"r", b"a"  # the first byte of a message to the learner: a cell's source, or a request for a `Servant`
_LONGEST = LIMIT_BYTES + LIMIT_HEADER_BYTES + 4


def send(connection: socket.socket, message: bytes) -> None:
    """Send one message."""
    connection.sendall(len(message).to_bytes(8, "big") + message)


def exchange(connection: socket.socket, message: bytes, seconds: float) -> bytes:
    """Send a message to a process that isn't trusted, and wait for its answer.

    Raises:
        TimeoutError: the whole answer did not come in time.
        EOFError, OSError: the process has ended.
        Malformed: the answer is too long.
    """
    deadline = time.monotonic() + seconds
    connection.settimeout(seconds)
    send(connection, message)
    size = int.from_bytes(_read(connection, 8, deadline), "big")
    if size > _LONGEST:
        raise Malformed("it is too long")
    return _read(connection, size, deadline)


def _read(connection: socket.socket, size: int, deadline: float) -> bytes:
    parts = []
    while size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(min(size, 2**20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
