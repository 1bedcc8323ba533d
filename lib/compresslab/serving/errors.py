"""What can go wrong with a request: the asker's fault, which gets a 4xx with a reason, or the model's."""


class Refused(Exception):
    """A request that is not answered, and what its sender is told.

    Attributes:
        status: of HTTP.
        reason: a sentence for whoever sent it.

    >>> Refused(413, "the body has 9 bytes, more than 8").status
    413
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status, self.reason = status, reason

    def __reduce__(self) -> tuple[type["Refused"], tuple[int, str]]:
        return type(self), (self.status, self.reason)  # travels between processes


class ModelFailure(Exception):
    """A model that gave no usable answer.

    Attributes:
        kind: "error", "timeout", "not finite", "shape" or "gone"; a label of metrics, so there are few.
        reason: what happened.

    >>> ModelFailure("timeout", "no answer in 5 s").kind
    'timeout'
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind, self.reason = kind, reason

    def __reduce__(self) -> tuple[type["ModelFailure"], tuple[str, str]]:
        return type(self), (self.kind, self.reason)
