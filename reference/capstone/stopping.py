"""How a long script of this folder is told to stop: by a time of day, or by SIGTERM. What it has kept stays whole."""

import argparse
import signal
from datetime import datetime, timedelta
from types import FrameType


def add_until(parser: argparse.ArgumentParser) -> None:
    """The option `--until HH:MM`."""
    parser.add_argument("--until", metavar="HH:MM", help="stop at this time of the machine's clock, to go on later")


def stop_at(until: str | None) -> None:
    """From now on SIGTERM and, if given, that time of day end the program at once; checkpoints are whole or absent."""
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _stop)
    if until is not None:
        now = datetime.now()
        end = now.replace(hour=int(until[:2]), minute=int(until[3:]), second=0, microsecond=0)
        signal.alarm(max(1, int(((end if end > now else end + timedelta(days=1)) - now).total_seconds())))


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(f"stopped at {datetime.now():%H:%M}: the same command goes on from here")
