"""Messages between the judge and a learner's process: each with its length in front, over a socket of their own."""

import socket
from collections.abc import Callable

from classroom.exchange.codec import LIMIT_BYTES, LIMIT_HEADER_BYTES, Malformed

RUN, ASK = b"r", b"a"  # the first byte of a message to the learner: a cell's source, or a request for the handler
_LONGEST = LIMIT_BYTES + LIMIT_HEADER_BYTES + 4
_LOOKS = 0.05, 1.0  # least and most seconds between two looks at the time that is left


def send(connection: socket.socket, message: bytes) -> None:
    """Send one message."""
    connection.sendall(len(message).to_bytes(8, "big") + message)


def exchange(connection: socket.socket, message: bytes, left: Callable[[], float]) -> bytes:
    """Send a message to a process that isn't trusted, and wait for its answer.

    Args:
        connection: to the process.
        message: to send.
        left: the seconds that it may still take, asked again whenever they seem to be over.

    Raises:
        TimeoutError: the whole answer did not come in time.
        EOFError, OSError: the process has ended.
        Malformed: the answer is too long.
    """
    connection.settimeout(max(left(), _LOOKS[0]))
    send(connection, message)
    size = int.from_bytes(_read(connection, 8, left), "big")
    if size > _LONGEST:
        raise Malformed("it is too long")
    return _read(connection, size, left)


def _read(connection: socket.socket, size: int, left: Callable[[], float]) -> bytes:
    parts = []
    while size:
        seconds = left()
        if seconds <= 0:
            raise TimeoutError
        connection.settimeout(min(max(seconds, _LOOKS[0]), _LOOKS[1]))
        try:
            part = connection.recv(min(size, 2**20))
        except TimeoutError:
            continue
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
