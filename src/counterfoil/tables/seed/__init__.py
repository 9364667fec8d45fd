"""A made-up plant as exchange tables, with faults and near misses planted by changing facts, and the list of them."""
