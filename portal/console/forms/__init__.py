"""Forms of the console; the domain checks again what matters."""
