"""The program once more, small and slow: what it should have recorded, by code that shares nothing with it."""
