"""Grading the capstone by the file that learners hand in: what it weighs, what it gets right, and how long it takes.

`rules` and `runner` run where learners' files are read, in the sandbox; everything else stays with the grader, which
never parses such a file and believes of the sandbox's answers only numbers of the right kind and shape.
"""

ASSIGNMENT = "ch18_capstone"
DATA = "digits32"  # unless an instructor names other data
