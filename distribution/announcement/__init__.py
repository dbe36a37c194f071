"""News of the merchant's for all distributors or for some: written, published for a time, taken back."""
