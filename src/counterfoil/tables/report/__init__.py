"""The report of a run: pages that need nothing but themselves, no network. `view` and `health` are the pages; what imports Altair draws."""
