"""What is true, whatever the system: pure functions of their inputs. Standard library only; no clock, no database, no files."""
