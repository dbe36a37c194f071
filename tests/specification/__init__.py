"""The specification of commission plans as tables that a merchant can read; see README.md."""
