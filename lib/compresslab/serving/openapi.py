"""The server's description of itself, in OpenAPI 3.1, with the sizes and labels of the model that it serves."""

import html
from typing import Any

from compresslab.deploy.card import ModelCard
from compresslab.serving.bodies import JSON, LARGEST, LONGEST_KEY, NPY, PICTURES, RAW, SAFETENSORS

_REFUSALS = {
    "400": "the body or a parameter cannot be read",
    "404": "no such version",
    "411": "the body's length is not announced",
    "413": "the body is too long",
    "415": "the content type is not known",
    "422": "the images have another shape or type, or hold NaN or infinity",
    "429": "too many requests at once",
    "503": "no version could answer",
}


def openapi(card: ModelCard, most_images: int) -> dict[str, Any]:
    """The document.

    Args:
        card: of the live version.
        most_images: that a request may hold.

    >>> from compresslab.deploy.card import Preprocessing
    >>> card = ModelCard("made up", ("a", "b"), 0.5, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)))
    >>> sorted(openapi(card, 8)["paths"])
    ['/compare', '/docs', '/health/live', '/health/ready', '/metrics', '/openapi.json', '/predict', '/versions']
    """
    prediction = {"$ref": "#/components/schemas/Prediction"}
    body = _body(card, most_images)
    versions = _object(
        live={"type": "integer"},
        other={"type": ["integer", "null"]},
        share={"type": "number"},
        shadow={"type": "number"},
        loaded={"type": "array", "items": {"type": "integer"}},
        labels={"type": "array", "items": {"type": "string"}},
        image={"type": "array", "items": {"type": "integer"}},
        data={"type": "string"},
    )
    asked = [
        _parameter("version", {"type": "integer", "minimum": 1, "maximum": 999_999_999}, "asked whatever the traffic"),
        _parameter("key", {"type": "string", "maxLength": LONGEST_KEY}, "decides which version answers"),
    ]
    predict = _operation("Classes of images", {JSON: prediction, NPY: {}}, _REFUSALS, parameters=asked, body=body)
    comparison = _object(answers={"type": "array", "items": prediction})
    text, page = {"text/plain": {"type": "string"}}, {"text/html": {"type": "string"}}
    ready = {"503": _REFUSALS["503"]}
    state = {JSON: _object(status={"type": "string"})}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Classifier of {card.data}", "version": "1"},
        "paths": {
            "/predict": {"post": predict},
            "/compare": {
                "post": _operation("Answers of both versions", {JSON: comparison}, _REFUSALS, parameters=[], body=body)
            },
            "/versions": {"get": _operation("How traffic is shared", {JSON: versions}, ready)},
            "/health/live": {"get": _operation("Whether the process answers", state, {})},
            "/health/ready": {"get": _operation("Whether a version is loaded", state, ready)},
            "/metrics": {"get": _operation("Counters and histograms for Prometheus", text, {})},
            "/openapi.json": {"get": _operation("This document", {JSON: {"type": "object"}}, ready)},
            "/docs": {"get": _operation("This document as a page", page, ready)},
        },
        "components": {"schemas": {"Prediction": _prediction(), "Error": _object(error={"type": "string"})}},
    }


def docs_page(document: dict[str, Any]) -> str:
    """The document as a page that loads nothing from anywhere.

    >>> docs_page({"info": {"title": "A < B"}, "paths": {}})[:43]
    '<!doctype html><html lang="en"><title>A &lt'
    """
    title = html.escape(document["info"]["title"])
    rows = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = "; ".join(f"{code} {answer['description']}" for code, answer in operation["responses"].items())
            kinds = ", ".join(operation.get("requestBody", {}).get("content", {}))
            takes = f"takes {html.escape(kinds)}<br>" if kinds else ""
            rows.append(
                f"<tr><th>{method.upper()} {html.escape(path)}<td>{html.escape(operation['summary'])}<br>{takes}"
                f"answers {html.escape(answers)}"
            )
    style = (
        "body{font:16px sans-serif;margin:2em;max-width:60em}th{text-align:left;padding-right:2em;vertical-align:top}"
    )
    return (
        f'<!doctype html><html lang="en"><title>{title}</title><style>{style}</style><h1>{title}</h1>'
        f'<p>In full: <a href="/openapi.json">openapi.json</a></p><table>{"".join(rows)}</table></html>'
    )


def _body(card: ModelCard, most_images: int) -> dict[str, Any]:
    prepare = card.preprocessing
    numbers: dict[str, Any] = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
    for size in (prepare.width, prepare.height, prepare.channels):
        numbers = {"type": "array", "items": numbers, "minItems": size, "maxItems": size}
    images = {
        "type": "array", "items": numbers, "minItems": 1, "maxItems": most_images,
        "description": "images, channels, rows, columns; prepared: normalised with the training images' statistics",
    }  # fmt: skip
    key = {"type": "string", "maxLength": LONGEST_KEY}
    schema = {
        "type": "object", "properties": {"images": images, "key": key}, "required": ["images"],
        "additionalProperties": False,
    }  # fmt: skip
    binary = {
        NPY: "a .npy file: prepared float32, or pixels as uint8",
        SAFETENSORS: 'a safetensors file with one tensor "images"',
        RAW: "the bytes alone, described by the headers X-Shape (such as 2,3,32,32) and X-Dtype (float32 or uint8)",
        **dict.fromkeys(PICTURES, "a picture, which is resized and prepared"),
    }
    media = {kind: {"schema": {"description": what}} for kind, what in binary.items()}
    return {"required": True, "content": {JSON: {"schema": schema}, **media}}


def _prediction() -> dict[str, Any]:
    each = _object(**{"class": {"type": "integer"}, "label": {"type": "string"}, "probability": {"type": "number"}})
    return _object(
        version={"type": "integer"},
        predictions={"type": "array", "items": each},
        logits={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        seconds={"type": "number"},
    )


def _operation(
    summary: str,
    answers: dict[str, Any],
    refusals: dict[str, str],
    *,
    parameters: list[dict[str, Any]] | None = None,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    error = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    good = {kind: {"schema": schema} for kind, schema in answers.items()}
    responses: dict[str, Any] = {"200": {"description": "answered", "content": good}}
    responses |= {code: {"description": why, "content": error} for code, why in refusals.items()}
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if body is not None:
        operation |= {"parameters": parameters, "requestBody": body}
    return operation


def _parameter(name: str, schema: dict[str, Any], what: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": what}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
