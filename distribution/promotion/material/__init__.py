"""Materials: what the merchant gives distributors to forward, each with their own link in it, and how it is used."""
