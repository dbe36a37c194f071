"""Referral codes, links and their clicks."""
