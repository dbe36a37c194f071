"""Double entry: accounts, transfers between them, guarded balances."""
