"""What passes between a check and a learner's code: plain data as bytes, and both ends of the conversation.

The checks' side sends a request (`codec` writes it, `wire` carries it between processes), the learner's side answers it
(`handler`). `spec` and `givens` describe objects that both sides can build, `views` and `show` what is seen of them.
"""
