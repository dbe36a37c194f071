"""Corrections by hand: a documented transfer with its reason, and a second person above a limit."""
