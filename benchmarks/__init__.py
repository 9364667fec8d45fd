"""How fast Counterfoil is, with what it takes to repeat the measurement: `python -m benchmarks --help`."""
