"""The capstone's models: a baseline, and what each technique and their combination make of it.

They are the stages of two pipelines, which begin with the same training (see `pipeline.run_pipeline`). Every stage
keeps what it made in a folder of its own, its ONNX files beside its weights. The teacher of both distillations is the
trained, uncompressed baseline.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from compresslab.capstone.profiles import Profile
from compresslab.data import Batches, Dataset
from compresslab.deploy import export_onnx, quantize_static
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import Soft, Stage, StageResult, distil, dry_run, prune, run_pipeline, train
from compresslab.training import Epoch


@dataclass(frozen=True)
class Variant:
    """One way to ship the network.

    Attributes:
        name: of the variant, such as "pruned+distilled+quantized".
        stage: the trained PyTorch model whose weights it ships, quantized or not.
        onnx: the file to ship.
        float_onnx: the fp32 export of the same model; equal to `onnx` where nothing is quantized.
    """

    name: str
    stage: StageResult
    onnx: Path
    float_onnx: Path


class Workshop:
    """Makes the variants of one run, reusing what its folder already holds."""

    def __init__(
        self, profile: Profile, dataset: Dataset, folder: Path, *, seed: int, device: str, progress: bool
    ) -> None:
        self.profile, self.dataset, self.folder = profile, dataset, folder
        self.seed, self.device, self.progress = seed, device, progress
        self.histories: dict[str, tuple[Epoch, ...]] = {}

    def variants(self) -> dict[str, Variant]:
        """Train, compress and export everything. The baseline comes first."""
        large, small = self._plans()
        made = self._run(large) | self._run(small)
        self.histories = {name: stage.history for name, stage in made.items()}
        variants = [
            self._ship("baseline", "baseline", made["baseline"]),
            self._ship("pruned", "pruned", made["pruned"]),
            self._ship("distilled", "distilled", made["distilled"]),
            self._ship("quantized", "baseline", made["baseline"], int8=True),
            self._ship("pruned+distilled+quantized", "pruned+distilled", made["pruned+distilled"], int8=True),
        ]
        return {variant.name: variant for variant in variants}

    def dry_run(self) -> str:
        """What `variants` will train, and what that costs, as tables; nothing is kept."""
        large, small = self._plans()
        tables = [
            dry_run(self._untrained(self.profile.width), plan, self.dataset, device=self.device)
            for plan in (large, small)
        ]
        return f"The baseline, pruned:\n{tables[0]}\n\nA student of that same baseline, pruned:\n{tables[1]}"

    def _plans(self) -> tuple[list[Stage], list[Stage]]:
        """The two pipelines: the baseline pruned, and a student of it pruned. They begin with the same training."""
        profile = self.profile
        soft = Soft(profile.temperature, profile.alpha)
        baseline = train(profile.baseline, name="baseline")
        pruned = prune(profile.sparsity, recipe=profile.finetune, name="pruned")
        student = self._untrained(profile.student_width)
        distilled = distil(
            profile.distil, student=student, temperature=soft.temperature, alpha=soft.alpha, name="distilled"
        )
        both = prune(profile.student_sparsity, recipe=profile.finetune, soft=soft, name="pruned+distilled")
        return [baseline, pruned], [baseline, distilled, both]

    def _run(self, plan: list[Stage]) -> dict[str, StageResult]:
        folder = self.folder / "stages"
        for stage in plan:
            if not (folder / stage.name / "stage.json").exists():
                for stale in (folder / stage.name).glob("*.onnx"):
                    stale.unlink()
        untrained = self._untrained(self.profile.width)
        return run_pipeline(
            untrained, plan, self.dataset, folder=folder, device=self.device, progress=self.progress
        ).stages

    def _untrained(self, width: int) -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            return resnet18(width=width, channels=self.dataset.channels, classes=len(self.dataset.classes))

    def _ship(self, name: str, stage_name: str, stage: StageResult, *, int8: bool = False) -> Variant:
        folder = self.folder / "stages" / stage_name
        float_onnx, int8_onnx = folder / "model.onnx", folder / "model.int8.onnx"
        size = self.dataset.image_size
        if not float_onnx.exists():
            example = torch.zeros(1, self.dataset.channels, size, size)
            export_onnx(stage.model, example, float_onnx, notes={"data": self.dataset.name})
        if int8 and not int8_onnx.exists():
            quantize_static(float_onnx, int8_onnx, self._calibration(), reduce_range=machine().int8_saturates)
        return Variant(name, stage, int8_onnx if int8 else float_onnx, float_onnx)

    def _calibration(self) -> list[torch.Tensor]:
        # Training images: neither the split that chooses nor the one that reports may set the ranges.
        generator = torch.Generator().manual_seed(self.seed)
        order = torch.randperm(len(self.dataset.train), generator=generator)
        chosen = self.dataset.train.select(order[: self.profile.calibration_images])
        return [batch.images for batch in Batches(self.dataset, chosen, 64)]
