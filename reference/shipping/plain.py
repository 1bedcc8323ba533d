"""What one would write first: FastAPI and ONNX Runtime, a request a call. The server that `load.py` compares with.

No limits, no batches, no versions, no fallback: what those cost, and what batching brings, is the difference.
"""

import io
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from compresslab.deploy.card import ModelCard

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1  # a request a thread, as many as there are cores
session = onnxruntime.InferenceSession(os.environ["PLAIN_MODEL"], options, providers=["CPUExecutionProvider"])
card = ModelCard.from_notes(session.get_modelmeta().custom_metadata_map)
scale = 1 / (255 * np.float32(card.preprocessing.std)).reshape(-1, 1, 1)
shift = (np.float32(card.preprocessing.mean) / np.float32(card.preprocessing.std)).reshape(-1, 1, 1)
app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> dict[str, object]:
    """Logits and classes of the pixels in a .npy body."""
    pixels = np.load(io.BytesIO(await request.body()), allow_pickle=False)
    images = pixels.astype(np.float32) * scale - shift
    (logits,) = await run_in_threadpool(session.run, None, {session.get_inputs()[0].name: images})
    return {"classes": [card.labels[each] for each in logits.argmax(1)], "logits": logits.tolist()}
