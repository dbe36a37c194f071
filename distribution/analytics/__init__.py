"""Read models: what the portal and the console show."""
