"""Seals the ledger and every order's history in batches, so that change, removal and a cut tail are found."""
