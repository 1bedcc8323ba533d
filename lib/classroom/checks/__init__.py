"""What a graded cell uses: calls of the learner's functions, expectations with a likely cause, random trials."""
