"""Train the language model that the course compresses, and record how good it is.

    python reference/baseline/train_language_model.py

Writes language.safetensors (fp16) and language.json (the model card, with the tokenizer) beside this file. Validation
documents judged every choice of a setting and say which weights are kept; test documents are used once, at the end. A
killed run goes on from its checkpoint, and computes what the undisturbed one would have.
"""

import argparse
import hashlib
import math
import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as F

from compresslab.cost import parameter_count
from compresslab.data.text import Document, load_text, train_tokenizer
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models.language import generate, language_model
from compresslab.perplexity import likelihood, perplexity_interval
from compresslab.pipeline import save_weights
from compresslab.training.checkpoint import load_checkpoint, save_checkpoint

ARCHITECTURE = {"vocabulary": 1024, "context": 256, "dim": 256, "depth": 4, "heads": 4, "hidden": 512}
SETTINGS = {
    "steps": 2400,  # at most: about 17 times through the text
    "batch_size": 16,  # windows of `context` tokens from anywhere in the text
    "learning_rate": 2e-3,  # the peak, after a linear rise; then half a cosine to a hundredth of it
    "warmup": 200,  # steps
    "weight_decay": 0.1,  # on matrices
    "betas": (0.9, 0.95),  # of AdamW
    "clip": 1.0,  # norm of the gradient
    "dropout": 0.1,
    "precision": "bf16",  # autocast; weights and optimizer stay fp32
    "seed": 0,
}
VALIDATE_EVERY = 150  # steps
PATIENCE = 300  # steps without a better validation perplexity, after which the run ends early
SAVE_EVERY = 25
PROMPT = "def heappush("


def main() -> None:
    """Train, ship and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop after so long; the next call goes on")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    dataset = load_text()
    tokenizer = train_tokenizer(dataset.train, vocabulary=ARCHITECTURE["vocabulary"])
    text = torch.cat([tokenizer.document(document) for document in dataset.train])
    torch.manual_seed(SETTINGS["seed"])
    model = language_model(**ARCHITECTURE, dropout=SETTINGS["dropout"])
    matrices = [parameter for parameter in model.parameters() if parameter.ndim == 2]
    gains = [parameter for parameter in model.parameters() if parameter.ndim != 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": SETTINGS["weight_decay"]}, {"params": gains, "weight_decay": 0.0}],
        betas=SETTINGS["betas"],
        fused=True,
    )
    run = {"data": dataset.name, "tokens": len(text)} | {k: str(v) for k, v in (ARCHITECTURE | SETTINGS).items()}
    checkpoint = cache_folder() / "baseline" / "language.pt"
    state = load_checkpoint(checkpoint, run=run) or {"step": 0, "history": [], "losses": [], "seconds": 0.0}
    if state["step"]:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    deadline = time.monotonic() + options.seconds
    begun, losses = time.process_time() - state["seconds"], state["losses"]
    for step in range(state["step"], SETTINGS["steps"]):
        if state["history"] and step >= best_step(state["history"]) + PATIENCE:
            break
        losses.append(train_step(model, optimizer, text, step))
        at = step + 1
        if at % VALIDATE_EVERY == 0 or at == SETTINGS["steps"]:
            seconds = time.process_time() - begun
            line = {"step": at, "train_loss": sum(losses) / len(losses), "cpu_seconds": seconds}
            found = likelihood(model, dataset.validation, tokenizer)
            line |= {"validation_perplexity": found.perplexity, "validation_bits_per_byte": found.bits_per_byte}
            if all(line["validation_perplexity"] < other["validation_perplexity"] for other in state["history"]):
                state["best"] = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            state["history"].append(line)
            losses = []
            print(line, flush=True)
        if at % SAVE_EVERY == 0 or at == SETTINGS["steps"]:
            state |= {"step": at, "losses": losses, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
            state["seconds"] = time.process_time() - begun
            save_checkpoint(checkpoint, run=run, state=state)
            if time.monotonic() > deadline and at < SETTINGS["steps"]:
                print(f"stopped after step {at}")
                return

    model.load_state_dict(state["best"])
    shipped = model.eval().half()  # fp16 halves the file; what is measured below is what is shipped
    weights = options.out / "language.safetensors"
    save_weights(shipped, weights)
    measured = likelihood(shipped.float(), dataset.test, tokenizer)
    interval = perplexity_interval(measured)
    prompt = tokenizer.document(Document("", PROMPT))
    write_json(
        weights.with_suffix(".json"),
        {
            "architecture": ARCHITECTURE,
            "parameters": parameter_count(shipped),
            "merges": [list(pair) for pair in tokenizer.merges],
            "data": dataset.name,
            "documents": {s: len(getattr(dataset, s)) for s in ("train", "validation", "test")},
            "text_bytes": {
                s: sum(document.size_bytes for document in getattr(dataset, s)) for s in ("train", "validation", "test")
            },
            "training_tokens": len(text),
            "settings": SETTINGS,
            "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
            "size_bytes": weights.stat().st_size,
            "test_perplexity": measured.perplexity,
            "test_interval": asdict(interval),
            "test_bits_per_byte": measured.bits_per_byte,
            "test_documents": {
                name: {"nats": nats, "tokens": tokens}
                for name, nats, tokens in zip(measured.names, measured.nats, measured.tokens, strict=True)
            },
            "best_step": best_step(state["history"]),
            "patience": PATIENCE,
            "sample": tokenizer.decode(generate(shipped, prompt, tokens=150, temperature=0.7)),
            "cpu_minutes": state["seconds"] / 60,
            "machine": machine().to_dict(),
            "history": state["history"],
        },
    )
    print(
        f"{weights}: test perplexity {measured.perplexity:.2f} [{interval.low:.2f}, {interval.high:.2f}], "
        f"{measured.bits_per_byte:.3f} bits per byte on {dataset.name}"
    )


def best_step(history: list[dict]) -> int:
    """The step with the lowest validation perplexity."""
    return min(history, key=lambda line: line["validation_perplexity"])["step"]


def train_step(model: torch.nn.Module, optimizer: torch.optim.Optimizer, text: torch.Tensor, step: int) -> float:
    """One step, on windows that the step's number alone decides."""
    torch.manual_seed(SETTINGS["seed"] * SETTINGS["steps"] + step)  # of the windows and of dropout
    context = ARCHITECTURE["context"]
    starts = torch.randint(len(text) - context, (SETTINGS["batch_size"],)).tolist()
    windows = torch.stack([text[start : start + context + 1] for start in starts])
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(step)
    model.train()
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(windows[:, :-1])
    loss = F.cross_entropy(logits.float().flatten(0, 1), windows[:, 1:].flatten())
    if not loss.isfinite():
        raise ArithmeticError(f"the loss is {loss.item()} at step {step}: lower the learning rate.")
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), SETTINGS["clip"])
    optimizer.step()
    return loss.item()


def learning_rate(step: int) -> float:
    """A linear rise, then half a cosine."""
    peak, warmup = SETTINGS["learning_rate"], SETTINGS["warmup"]
    if step < warmup:
        return peak * (step + 1) / warmup
    done = (step - warmup) / (SETTINGS["steps"] - warmup)
    return peak * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


if __name__ == "__main__":
    main()
