"""Notices as template messages of a WeChat official account."""
