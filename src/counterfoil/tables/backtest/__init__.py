"""Back-test: what a gate would have stopped, had it been there, judged by what was known at the moment of each document."""
