"""Forms: what is asked, with labels in the reader's language; the domain checks again what matters."""
