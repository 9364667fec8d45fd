"""Proposed links: for papers that name no order or no work, those that they may mean, with evidence and a probability."""
