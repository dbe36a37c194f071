"""The demo: a shop of our own, a year of its program, and everything running on one machine."""
