"""More than one run: what came, went and stayed between two, and how the measures of many have moved."""
