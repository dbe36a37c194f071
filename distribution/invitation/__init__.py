"""The merchant invites by e-mail: a personal letter, a link that ends, and what became of it."""
