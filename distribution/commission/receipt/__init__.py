"""Receipts: where a plan's hold begins when the goods arrived, whoever knows of it says when they did."""
