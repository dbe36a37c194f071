"""What a distributor is owed, and why: the domain of Saleor Distribution."""
