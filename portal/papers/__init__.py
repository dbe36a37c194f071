"""What people print or keep: PDF and CSV."""
