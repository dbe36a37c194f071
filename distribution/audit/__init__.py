"""Who did what, when, with before and after; and the hash chain that proves nothing was altered."""
