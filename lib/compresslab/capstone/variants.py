"""The capstone's models: a baseline, and what each technique and their combination make of it.

Every stage keeps what it made in a folder of its own (see `pipeline.run_stage`), its ONNX files beside its
weights. The teacher of both distillations is the trained, uncompressed baseline.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from compresslab.capstone.profiles import Profile
from compresslab.data import Batches, Dataset
from compresslab.deploy import export_onnx, quantize_static
from compresslab.distillation import distillation_objective
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.pipeline import StageResult, run_stage
from compresslab.pruning import keep_masked, masks_of_zeros, prune_global_magnitude
from compresslab.training import Epoch, Recipe, fit


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
        profile = self.profile
        baseline = self._train("baseline", self._untrained(profile.width), profile.baseline)
        pruned = self._train(
            "pruned",
            prune_global_magnitude(baseline.model, sparsity=profile.sparsity),
            profile.finetune,
            keep_zeros=True,
        )
        student = self._train(
            "distilled", self._untrained(profile.student_width), profile.distil, teacher=baseline.model
        )
        sparse_student = self._train(
            "pruned+distilled",
            prune_global_magnitude(student.model, sparsity=profile.student_sparsity),
            profile.finetune,
            keep_zeros=True,
            teacher=baseline.model,
        )
        made = [
            self._ship("baseline", "baseline", baseline),
            self._ship("pruned", "pruned", pruned),
            self._ship("distilled", "distilled", student),
            self._ship("quantized", "baseline", baseline, int8=True),
            self._ship("pruned+distilled+quantized", "pruned+distilled", sparse_student, int8=True),
        ]
        return {variant.name: variant for variant in made}

    def _untrained(self, width: int) -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            return resnet18(width=width, channels=self.dataset.channels, classes=len(self.dataset.classes))

    def _train(
        self,
        name: str,
        start: nn.Module,
        recipe: Recipe,
        *,
        keep_zeros: bool = False,
        teacher: nn.Module | None = None,
    ) -> StageResult:
        profile, folder = self.profile, self.folder / "stages" / name
        if not (folder / "stage.json").exists():
            for stale in folder.glob("*.onnx"):
                stale.unlink()
        objective = None
        if teacher is not None:
            objective = distillation_objective(teacher, temperature=profile.temperature, alpha=profile.alpha)
        after_step = keep_masked(masks_of_zeros(start)) if keep_zeros else None
        result = run_stage(
            folder,
            settings={"profile": asdict(profile), "data": self.dataset.name, "seed": self.seed},
            depends_on={"start": start, "objective": objective, "after_step": after_step},
            skeleton=start,
            make=lambda checkpoint: fit(
                start,
                self.dataset,
                recipe,
                objective=objective,
                after_step=after_step,
                checkpoint=checkpoint,
                device=self.device,
                progress=self.progress,
                name=name,
            ),
        )
        self.histories[name] = result.history
        return result

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
