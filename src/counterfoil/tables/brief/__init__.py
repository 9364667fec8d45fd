"""The review pack: what operations, procurement and finance need at one table: where the money stops, the worst cases, who decides what by
when, and what suppliers, prices and contracts have to do with it."""
