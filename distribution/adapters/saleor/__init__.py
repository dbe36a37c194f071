"""Saleor's GraphQL: one fragment, one mapper, one client."""
