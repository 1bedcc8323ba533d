"""What the writer of an assignment runs: answers tried against its checks, mutants of its solution, one table."""
