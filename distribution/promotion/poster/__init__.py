"""Posters: a product, a few words, who recommends it, and the code of their link; for phones and for print."""
