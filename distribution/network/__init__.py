"""Distributors, who sponsors whom, and since when."""
