"""What an instructor runs: executing, checking and grading notebooks. A graded cell imports its tools from here."""

from classroom import expect, spec
from classroom.calls import learner
from classroom.trial import trials

__all__ = ["expect", "learner", "spec", "trials"]
