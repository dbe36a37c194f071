"""Whether everything a program needs is there and works, and what to do where it is not."""
