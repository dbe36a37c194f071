"""Matured lines become statements, and statements become money that can leave."""
