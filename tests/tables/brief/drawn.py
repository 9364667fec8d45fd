"""A plant drawn by hand, small enough that every figure of its brief can be worked out on paper."""

SITES = """
site_id | name
N       | North
S       | South
"""

SUPPLIERS = """
supplier_id | name  | tax_id | status
A           | Alpha | T1     | approved
B           | Beta  |        | approved
C           | Gamma | T1     | approved
"""

PARTS = """
part_id | description  | unit | kind     | category
P1      | Ball bearing | pc   | material | bearings
P2      | Grease       | kg   | material | greases
"""

CONVERSIONS = """
part_id | from_unit | to_unit | numerator | denominator
P1      | box       | pc      | 12        | 1
"""

# K1 gives a price for the part, K2 covers a category without one, K3 is over before anything is ordered.
CONTRACTS = """
contract_id | supplier_id | part_id | category | unit_price | currency | valid_from | valid_to
K1          | A           | P1      |          | 10         | EUR      | 2025-01-01 | 2025-12-31
K2          | B           |         | oils     |            | EUR      | 2025-01-01 |
K3          | C           | P2      |          | 1          | EUR      | 2024-01-01 | 2024-12-31
"""

WORKS = """
work_order_id | site_id | status      | created_at
W1            | N       | in_progress | 2025-01-02
"""

ORDERS = """
purchase_order_id | site_id | supplier_id | status    | currency | issued_at  | approved_at | approved_by | contract_id
O1                | N       | A           | issued    | EUR      | 2025-01-10 | 2025-01-09  | Ada         | K1
O2                | S       | B           | issued    | EUR      | 2025-02-01 | 2025-01-31  | Ada         |
O3                | N       | C           | issued    | EUR      | 2025-02-05 | 2025-02-04  | Ada         |
O4                | N       | A           | issued    | EUR      | 2025-03-01 | 2025-02-28  | Ada         | K1
O5                | N       | B           | issued    | EUR      | 2025-03-05 | 2025-03-04  | Ada         |
O6                | S       | A           | issued    | EUR      | 2025-03-06 | 2025-03-05  | Ada         |
O7                | N       | A           | issued    | USD      | 2025-03-07 | 2025-03-06  | Ada         | K1
O8                | N       | A           | cancelled | EUR      | 2025-03-07 | 2025-03-06  | Ada         |
O9                | N       | A           | issued    | EUR      | 2025-03-08 | 2025-03-07  | Ada         |
"""

# O2 in boxes of twelve: 12 a piece. O5 and O6 are one job, written in two ways. P2 costs ten times as much at S as at N. O8 is dead.
LINES = """
purchase_order_line_id | purchase_order_id | part_id | category | description        | quantity | unit | unit_price | need   | work_order_id | need_by    | promised_on | match
O1/1                   | O1                | P1      |          |                    | 10       | pc   | 10         | work   | W1            | 2025-01-20 |             |
O2/1                   | O2                | P1      |          |                    | 2        | box  | 144        | stock  |               | 2025-02-10 | 2025-03-30  |
O3/1                   | O3                | P1      |          |                    | 5        | pc   | 11         | work   | W1            |            | 2025-02-20  |
O4/1                   | O4                | P1      |          |                    | 4        |      | 10.5       | work   | W1            | 2025-02-25 |             |
O5/1                   | O5                |         | oils     | Gear  oil, ISO-220 | 10       | l    | 8          | work   |               | 2025-06-30 |             |
O5/2                   | O5                |         |          | Odds and ends      | 1        |      | 5          | exempt |               |            |             |
O6/1                   | O6                |         | oils     | gear oil iso 220   | 5        | l    | 9.5        | stock  |               | 2025-03-10 |             | two_way
O6/2                   | O6                | P2      |          |                    | 1        | kg   | 10         | stock  |               |            |             |
O7/1                   | O7                | P1      |          |                    | 1        | pc   | 12         | stock  |               | 2025-03-10 |             |
O8/1                   | O8                | P1      |          |                    | 100      | pc   | 1          | stock  |               | 2025-03-10 |             |
O9/1                   | O9                | P2      |          |                    | 1        | kg   | 1          | stock  |               |            |             |
"""  # noqa: E501

RECEIPTS = """
receipt_line_id | purchase_order_line_id | quantity_received | unit | received_at
R1              | O1/1                   | 10                | pc   | 2025-01-18
R2              | O2/1                   | 2                 | box  | 2025-02-13
R3              | O3/1                   | 4                 |      | 2025-02-19
R4              | O4/1                   | 4                 |      | 2025-03-05
R7              | O7/1                   | 1                 |      | 2025-03-10
"""

# I2 bills 150 a box where 144 was ordered, I4 names no order, I5 gives one piece of I1 back, I6 is void.
INVOICES = """
invoice_id | supplier_id | invoice_number | kind    | invoice_date | currency | status
I1         | A           | 101            |         | 2025-01-19   | EUR      | paid
I2         | B           | 202            |         | 2025-02-14   | EUR      | received
I3         | C           | 303            |         | 2025-02-21   | EUR      | received
I4         | A           | 404            |         | 2025-03-01   | EUR      | received
I5         | A           | 505            | credit  | 2025-03-20   | EUR      | received
I6         | B           | 606            |         | 2025-03-21   | EUR      | void
I7         | A           | 707            |         | 2025-03-11   | USD      | received
"""

INVOICE_LINES = """
invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit | unit_price
I1/1            | I1         | O1/1                   | 10       | pc   | 10
I2/1            | I2         | O2/1                   | 2        | box  | 150
I3/1            | I3         | O3/1                   | 4        | pc   | 11
I4/1            | I4         |                        | 1        |      | 30
I5/1            | I5         | O1/1                   | 1        | pc   | 10
I6/1            | I6         | O2/1                   | 1        |      | 999
I7/1            | I7         | O7/1                   | 1        | pc   | 12
"""

TABLES = {
    "sites": SITES,
    "suppliers": SUPPLIERS,
    "parts": PARTS,
    "unit_conversions": CONVERSIONS,
    "contracts": CONTRACTS,
    "work_orders": WORKS,
    "purchase_orders": ORDERS,
    "purchase_order_lines": LINES,
    "receipts": RECEIPTS,
    "invoices": INVOICES,
    "invoice_lines": INVOICE_LINES,
}
