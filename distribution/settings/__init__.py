"""What the merchant decides about the whole program, versioned, and what the environment says."""
