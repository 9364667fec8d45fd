"""Every measure that is counted over a look."""

from counterfoil.tables.health.missing_elsewhere import MISSING_ELSEWHERE
from counterfoil.tables.health.missing_on_orders import MISSING_ON_ORDERS
from counterfoil.tables.health.standing import DATES, MASTER_DATA, OPEN

COUNTED = (*MISSING_ON_ORDERS, *MISSING_ELSEWHERE, *MASTER_DATA, *OPEN, *DATES)
