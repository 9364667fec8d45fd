"""Counterfoil: the work order as the matching half of every purchase order and invoice."""

__version__ = "0.1.0"
