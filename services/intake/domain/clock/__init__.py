"""The statutory clock: the due date, its ledger, what does not count and what stops it."""
