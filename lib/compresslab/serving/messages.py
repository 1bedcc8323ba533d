"""The messages and the service of gRPC, for Ray Serve's proxy and for clients in Python.

`predict.proto` says the same for clients in other languages; a test compares the two. The classes are made here from
their description, since generated code fits one major version of protobuf only.
"""

from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "int64": _Field.TYPE_INT64, "float": _Field.TYPE_FLOAT, "string": _Field.TYPE_STRING, "bytes": _Field.TYPE_BYTES,
}  # fmt: skip
PACKAGE = "compresslab.serving"
FIELDS = {  # in the order of their numbers
    "PredictRequest": {
        "shape": "repeated int64", "dtype": "string", "images": "bytes", "key": "string", "version": "int64",
    },
    "PredictReply": {
        "version": "int64", "shape": "repeated int64", "logits": "bytes", "labels": "repeated string",
    },
}  # fmt: skip
_EXAMPLES = {
    "PredictRequest": ">>> PredictRequest(shape=[1, 3, 32, 32], key='user 1').key\n'user 1'\n",
    "PredictReply": ">>> PredictReply(version=2, labels=['cat']).version\n2\n",
}
METHOD = f"/{PACKAGE}.Classifier/Predict"


def _classes() -> list[Any]:
    file = descriptor_pb2.FileDescriptorProto(
        name="compresslab/serving/predict.proto", package=PACKAGE, syntax="proto3"
    )
    for name, fields in FIELDS.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), 1):
            label = _Field.LABEL_REPEATED if kind.startswith("repeated ") else _Field.LABEL_OPTIONAL
            message.field.add(name=field, number=number, type=_TYPES[kind.split()[-1]], label=label)
    service = file.service.add(name="Classifier")
    service.method.add(name="Predict", input_type=f".{PACKAGE}.PredictRequest", output_type=f".{PACKAGE}.PredictReply")
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    made: list[Any] = []
    for name in FIELDS:
        kind = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        kind.__module__ = __name__  # where pickle finds it, as Ray's proxy sends requests to a replica
        kind.__doc__ = _EXAMPLES[name]
        made.append(kind)
    return made


PredictRequest, PredictReply = _classes()


def add_classifier_to_server(servicer: Any, server: Any) -> None:
    """Register the service's method at a server; Ray's proxy calls this.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from types import SimpleNamespace
    >>> servicer = SimpleNamespace(Predict=lambda request, context: PredictReply(version=request.version))
    >>> server = grpc.server(ThreadPoolExecutor(1))
    >>> add_classifier_to_server(servicer, server)
    >>> port = server.add_insecure_port("127.0.0.1:0")
    >>> server.start()
    >>> with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    ...     stub(channel)(PredictRequest(version=2)).version
    2
    >>> _ = server.stop(None)
    """
    handler = grpc.unary_unary_rpc_method_handler(
        servicer.Predict,
        request_deserializer=PredictRequest.FromString,
        response_serializer=PredictReply.SerializeToString,
    )
    service = f"{PACKAGE}.Classifier"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Predict": handler}),))


def stub(channel: Any) -> Any:
    """The method as a function of a request, at the other end of a channel.

    >>> with grpc.insecure_channel("127.0.0.1:1") as channel:
    ...     callable(stub(channel))
    True
    """
    return channel.unary_unary(
        METHOD, request_serializer=PredictRequest.SerializeToString, response_deserializer=PredictReply.FromString
    )
