"""Messages between the judge and a learner's process: each with its length in front, over a socket of their own."""

import socket
from collections.abc import Callable

from classroom.exchange.codec import LIMIT_BYTES, LIMIT_HEADER_BYTES, Malformed

RUN, ASK = b"r", b"a"  # the first byte of a message to the learner: a cell's source, or a request for the handler
ANSWER, CALL_BACK = b"=", b"?"  # the first byte of one from there: the answer, or a question to be answered meanwhile
_LONGEST = LIMIT_BYTES + LIMIT_HEADER_BYTES + 5
_LOOKS = 0.05, 1.0  # least and most seconds between two looks at the time that is left


def send(connection: socket.socket, message: bytes) -> None:
    """Send one message."""
    connection.sendall(len(message).to_bytes(8, "big") + message)


def exchange(
    connection: socket.socket,
    message: bytes,
    left: Callable[[], float],
    call_back: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Send a message to a process that isn't trusted, and wait for its answer.

    Args:
        connection: to the process.
        message: to send.
        left: the seconds that it may still take, asked again whenever they seem to be over.
        call_back: answers the questions that it asks meanwhile; None if it may ask none.

    Raises:
        TimeoutError: the whole answer did not come in time.
        EOFError, OSError: the process has ended.
        Malformed: the answer is too long, or none.
    """
    while True:
        connection.settimeout(max(left(), _LOOKS[0]))
        send(connection, message)
        answer = receive(lambda size: _read(connection, size, left))
        if answer[:1] == ANSWER:
            return answer[1:]
        if answer[:1] != CALL_BACK or call_back is None:
            raise Malformed("it is of no known kind")
        message = call_back(answer[1:])


def receive(read: Callable[[int], bytes]) -> bytes:
    """Read one message; "" where nothing comes any more.

    Args:
        read: so many bytes.

    Raises:
        Malformed: it is too long.
    """
    size = int.from_bytes(read(8), "big")
    if size > _LONGEST:
        raise Malformed("it is too long")
    return read(size)


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
