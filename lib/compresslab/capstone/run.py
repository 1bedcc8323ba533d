"""One capstone run, from data to report. Everything it makes is in one folder.

stages/NAME/     weights, history and ONNX files of each stage
run.json         what was asked for; another request is refused in the same folder
model.onnx       the file to ship
results.json     every figure, written last: a folder without it holds no finished run
report.md        the same for people, with its charts
"""

import json
import re
import shutil
from pathlib import Path

import torch

from compresslab.arguments import whole
from compresslab.capstone.measure import Measured, choose, measure_variants, time_variants
from compresslab.capstone.profiles import Profile, profile
from compresslab.capstone.report import write_report
from compresslab.capstone.variants import Workshop
from compresslab.data import Dataset, load
from compresslab.errors import InputError
from compresslab.files import atomic_write, write_json


def run_capstone(
    profile_name: str = "quick",
    data: str = "digits32",
    *,
    title: str | None = None,
    folder: Path | None = None,
    seed: int = 0,
    device: str = "cpu",
    threads: int | None = None,
    progress: bool = True,
) -> Path:
    """Run the capstone, or finish one that was stopped.

    Args:
        profile_name: "smoke", "quick" or "full".
        data: as `data.load` takes it.
        title: name of the data in every result; default its own.
        folder: of the run; default runs/PROFILE-DATA below the working directory.
        seed: of weights, data order, calibration and benchmark order.
        device: to train on. Speed is always measured on the CPU, on one thread.
        threads: CPU threads for training; default PyTorch's.
        progress: show bars and what is being done.

    Returns:
        Path of the report.

    Raises:
        InputError: anything in the request cannot be done.
    """
    settings, dataset = _prepared(profile_name, data, title, seed, device, threads, progress)
    folder = folder or Path("runs", f"{profile_name}-{_slug(dataset.name)}")
    _claim(folder, settings, dataset, seed)
    results_file = folder / "results.json"
    results_file.unlink(missing_ok=True)  # it would be older than the charts while they are drawn anew

    def say(text: str) -> None:
        if progress:
            print(text, flush=True)

    say(f"{profile_name} profile on {dataset.name}: {len(dataset.train)} training images; keeping all in {folder}/")
    workshop = Workshop(settings, dataset, folder, seed=seed, device=device, progress=progress)
    variants = workshop.variants()
    say("measuring accuracy and size")
    results = measure_variants(variants, dataset, threads=torch.get_num_threads())
    say("measuring speed, interleaved, on one thread")
    measured = Measured(
        dataset=dataset,
        profile=settings,
        seed=seed,
        variants=results,
        chosen=choose(results, settings),
        single=time_variants(variants, dataset, images=1, rounds=settings.rounds, seed=seed),
        batch=time_variants(variants, dataset, images=settings.batch_size, rounds=settings.batch_rounds, seed=seed),
        histories=workshop.histories,
    )
    with atomic_write(folder / "model.onnx") as partial:
        shutil.copyfile(variants[measured.chosen.name].onnx, partial)
    report = write_report(folder, measured)
    write_json(results_file, measured.to_dict())
    return report


def dry_run_capstone(
    profile_name: str = "quick",
    data: str = "digits32",
    *,
    title: str | None = None,
    seed: int = 0,
    device: str = "cpu",
    threads: int | None = None,
    progress: bool = True,
) -> str:
    """What `run_capstone` would train with these arguments: stages, epochs, minutes and bytes. Nothing is kept.

    Args:
        profile_name, data, title, seed, device, threads, progress: of `run_capstone`.

    Raises:
        InputError: anything in the request cannot be done.

    >>> print(dry_run_capstone("smoke", progress=False))
    The baseline, pruned:
    stage       epochs  minutes  parameters  weights
    1 baseline ...
    """
    settings, dataset = _prepared(profile_name, data, title, seed, device, threads, progress)
    return Workshop(settings, dataset, Path(), seed=seed, device=device, progress=progress).dry_run()


def _prepared(
    profile_name: str, data: str, title: str | None, seed: int, device: str, threads: int | None, progress: bool
) -> tuple[Profile, Dataset]:
    """The settings and the data of a request, once they are known to be fit."""
    settings = profile(profile_name, seed=seed)
    _check_device(device)
    if threads is not None:
        whole(threads=threads)
        torch.set_num_threads(threads)
    dataset = load(data, title=title, progress=progress)
    if settings.images is not None:
        train, validation, test = settings.images
        dataset = dataset.subset(train=train, validation=validation, test=test, seed=seed)
    return settings, dataset


def _claim(folder: Path, settings: Profile, dataset: Dataset, seed: int) -> None:
    """Take the folder for this request, or make sure that it was taken for the same one."""
    request = {"profile": settings.to_dict(), "data": dataset.name, "images": len(dataset.train), "seed": seed}
    request = json.loads(json.dumps(request))
    file = folder / "run.json"
    if not file.exists():
        if folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and holds no capstone run: choose another folder with --out.")
        write_json(file, request)
        return
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} is damaged: delete {folder}, or choose another folder with --out.") from error
    if found != request:
        changed = [key for key in request if found.get(key) != request[key]] if isinstance(found, dict) else ["all"]
        raise InputError(
            f"{folder} holds a run of another request ({', '.join(changed)} differ): "
            "delete it, or choose another folder with --out."
        )


def _check_device(device: str) -> None:
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    kind = device.partition(":")[0]
    if not available.get(kind, False):
        usable = ", ".join(name for name, there in available.items() if there)
        raise InputError(f"device {device!r} is not available here: choose from {usable}.")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
