"""The public page of a distributor: written by them, looked at by the merchant, reported by anybody."""
