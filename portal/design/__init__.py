"""The design language as it stands in the files: what the living style page shows."""
