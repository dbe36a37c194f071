"""Runs inside Saleor: turns its hooks into inbox rows, and never lets a shopper wait for it."""
