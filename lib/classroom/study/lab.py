"""JupyterLab at the course's root, with the learner's copies made and the course's Python first on its PATH."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from classroom.study.places import WORK

_TERMINAL = Path(__file__).parent / "terminal"  # what shells read at their start


def command(root: Path, flags: Sequence[str]) -> list[str]:
    """The command that starts JupyterLab.

    Args:
        root: of the course: notebooks, exercises and terminals are all below it.
        flags: JupyterLab's own, such as "--no-browser"; they come last, and so win.
    """
    chapters = sorted((root / WORK / "course").glob("*.ipynb"))
    start = chapters[0].relative_to(root).as_posix() if chapters else ""
    settings = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{start}",
    ]
    if os.name != "nt":
        settings.append(f'--ServerApp.terminado_settings={{"shell_command": {json.dumps(shell())}}}')
        if os.getuid() == 0:  # a container often has no other user, and the server listens on this machine only
            settings.append("--allow-root")
    return [sys.executable, "-m", "classroom.study.server", *settings, *flags]


def shell() -> list[str]:
    """The command of a terminal: the user's shell, in which the course's Python comes first whatever its settings say.

    Not a login shell, which JupyterLab takes by default: that one forgets the PATH that it was given.
    """
    path = os.environ.get("SHELL") or "/bin/sh"
    match Path(path).name:
        case "bash":
            return [path, "--rcfile", str(_TERMINAL / "bashrc")]
        case "zsh":
            return ["env", f"ZDOTDIR={_TERMINAL}", path]
    return [path]


def environment() -> dict[str, str]:
    """This process's, in which `python` and `jupyter` are those of the course, as in an activated environment."""
    scripts = sysconfig.get_path("scripts")
    return {
        **os.environ,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
        "COURSE_SCRIPTS": scripts,
        "VIRTUAL_ENV": sys.prefix,
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "passive"),
    }


def start(root: Path, flags: Sequence[str]) -> int:
    """Run JupyterLab until it is stopped.

    JupyterLab takes the place of this process, so that whatever ends the one ends the other: a signal, a closed
    terminal, and Ctrl+C, after which it asks by itself whether to stop. On Windows, where a process can't be replaced,
    it is a child.

    Args:
        root: of the course.
        flags: JupyterLab's own.

    Returns:
        Its exit status, on Windows; elsewhere there is nobody left to return to.
    """
    line = command(root, flags)
    if os.name != "nt":
        sys.stdout.flush()  # the process's own buffers go with it
        sys.stderr.flush()
        os.chdir(root)
        os.execve(line[0], line, environment())
    try:
        return subprocess.run(line, cwd=root, env=environment(), check=False).returncode
    except KeyboardInterrupt:  # it got the signal too
        return 0
