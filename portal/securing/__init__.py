"""A login's security, the same for distributors and the merchant's people: second step, recovery codes, sessions."""
