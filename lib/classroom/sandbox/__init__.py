"""Where learners' code runs: workers forked from one warm fork server, each isolated and limited.

`bubblewrap` stands around the fork server (`fork_server` on the judge's side, `worker` on the learner's); `isolation`
and `seccomp` close each worker after its fork.
"""
