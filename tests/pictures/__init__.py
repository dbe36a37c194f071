"""Pictures of the product: the app's icons from their one source, every page as people see it."""
