"""What a learner's code may use: the one place where its limits stand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the code of one submission may use. All but the times and the output need the sandbox.

    Times are of computing, so that a busy machine takes no points; waiting counts a quarter (`fork_server.Stopwatch`).

    Attributes:
        cell_seconds: to run one cell of the notebook.
        call_seconds: to answer one call of a check.
        submission_seconds: for all cells and calls together.
        check_seconds: of computing, for a check itself on what the calls answered.
        check_bytes: of memory that a check itself may take for that; on Linux.
        judge_seconds: of the judge's own computing for one submission, all checks together; then the judge is ended.
        memory_bytes: of all its processes together, beyond what they start with.
        processes: at a time, threads counted.
        disk_bytes: of all its files together; they lie in memory. Shared memory (/dev/shm) may take as much again.
        open_files: of one process.
        output_characters: of one cell that are kept; the rest is dropped.
    """

    cell_seconds: float = 60.0
    call_seconds: float = 30.0
    submission_seconds: float = 600.0
    check_seconds: float = 60.0
    check_bytes: int = 4 * 2**30
    judge_seconds: float = 300.0
    memory_bytes: int = 2 * 2**30
    processes: int = 64
    disk_bytes: int = 256 * 2**20
    open_files: int = 256
    output_characters: int = 10_000
