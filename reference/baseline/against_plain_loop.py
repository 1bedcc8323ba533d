"""Is a network that trains badly the fault of `fit`? The same training, by a loop that shares nothing with it.

    python reference/baseline/against_plain_loop.py --data imagefolder:PATH --images FOLDER

The other side is torchvision's: its ResNet (with the stem for small images), its folder reader and transforms, and
PyTorch's OneCycleLR, SGD and fp32 throughout. FOLDER holds the same images, unpacked, with train/ in it. Both train a
width-20 ResNet-18 for a few epochs on 45,000 images and are compared on 5,000 others. Writes a JSON file beside this.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets
from torchvision import transforms as T
from torchvision.models.resnet import BasicBlock, ResNet
from tqdm.auto import tqdm

from compresslab.data import Dataset, load
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import resnet18
from compresslab.training import Recipe, fit

WIDTH, EPOCHS, BATCH, PEAK, DECAY = 20, 3, 128, 0.1, 5e-4
RESULTS = Path(__file__).with_suffix(".json")


def by_fit(dataset: Dataset, seed: int) -> dict[str, float]:
    """The project's own training, in the precision that it chooses."""
    torch.manual_seed(seed)
    recipe = Recipe(epochs=EPOCHS, batch_size=BATCH, learning_rate=PEAK, weight_decay=DECAY, seed=seed)
    last = fit(resnet18(width=WIDTH), dataset, recipe).history[-1]
    return {"train_accuracy": last.train_accuracy, "validation_accuracy": last.validation_accuracy}


def by_plain_loop(folder: Path, dataset: Dataset, seed: int) -> dict[str, float]:
    """The same settings without any of the project's code; only the statistics for normalisation are its data set's."""
    torch.manual_seed(seed)
    normalize = T.Normalize(dataset.mean, dataset.std)
    augmented = T.Compose([T.RandomCrop(32, 4), T.RandomHorizontalFlip(), T.ToTensor(), normalize])
    plain = T.Compose([T.ToTensor(), normalize])
    count = len(datasets.ImageFolder(folder / "train"))
    order = torch.randperm(count).tolist()
    held_out = len(dataset.validation)
    train = Subset(datasets.ImageFolder(folder / "train", augmented), order[held_out:])
    validation = Subset(datasets.ImageFolder(folder / "train", plain), order[:held_out])
    batches = DataLoader(train, BATCH, shuffle=True, drop_last=True)
    model = _narrow_resnet()
    optimizer = torch.optim.SGD(model.parameters(), PEAK, momentum=0.9, nesterov=True, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK, total_steps=EPOCHS * len(batches), pct_start=0.25, cycle_momentum=False, div_factor=100
    )
    for epoch in range(EPOCHS):
        model.train()
        correct = seen = 0
        for images, labels in tqdm(batches, desc=f"plain loop, epoch {epoch + 1}", leave=False):
            logits = model(images)
            optimizer.zero_grad()
            F.cross_entropy(logits, labels).backward()
            optimizer.step()
            schedule.step()
            correct += int((logits.argmax(dim=1) == labels).sum())
            seen += len(labels)
    model.eval()
    with torch.no_grad():
        hits = sum(int((model(images).argmax(dim=1) == labels).sum()) for images, labels in DataLoader(validation, 500))
    return {"train_accuracy": correct / seen, "validation_accuracy": hits / held_out}


def _narrow_resnet() -> ResNet:
    model = ResNet(BasicBlock, [2, 2, 2, 2], num_classes=10)
    model.inplanes = WIDTH
    model.conv1, model.bn1 = nn.Conv2d(3, WIDTH, 3, padding=1, bias=False), nn.BatchNorm2d(WIDTH)
    model.maxpool = nn.Identity()
    for stage in range(4):
        made = model._make_layer(BasicBlock, WIDTH * 2**stage, 2, stride=1 if stage == 0 else 2)
        setattr(model, f"layer{stage + 1}", made)
    model.fc = nn.Linear(8 * WIDTH, 10)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return model


def main() -> None:
    """Train both with each seed, and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="as compresslab.data.load takes it")
    parser.add_argument("--images", type=Path, required=True, help="the same images in folders")
    parser.add_argument("--title", help="what the results call the data")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    dataset = load(options.data, title=options.title)
    rounds = []
    for seed in range(options.seeds):
        rounds.append(
            {"seed": seed, "fit": by_fit(dataset, seed), "plain_loop": by_plain_loop(options.images, dataset, seed)}
        )
        print(json.dumps(rounds[-1]))
    write_json(
        RESULTS,
        {
            "data": dataset.name,
            "n": {"train": len(dataset.train), "validation": len(dataset.validation)},
            "settings": {"width": WIDTH, "epochs": EPOCHS, "batch_size": BATCH, "peak": PEAK, "weight_decay": DECAY},
            "rounds": rounds,
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    main()
