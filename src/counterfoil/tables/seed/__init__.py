"""A made-up plant as exchange tables, with faults and near misses planted by changing facts, and the list of them.

It knows the tables and the contract, and nothing of the rooms that judge: what follows from a change is worked out here anew.
"""

from counterfoil.tables.seed.base import FEWEST_ORDERS, MOST_ORDERS
from counterfoil.tables.seed.place import plant_folder
from counterfoil.tables.seed.plant import make_plant
from counterfoil.tables.seed.write import Form

__all__ = ["FEWEST_ORDERS", "MOST_ORDERS", "Form", "make_plant", "plant_folder"]
