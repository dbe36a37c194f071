"""Plans in the console: the document as text and as a form, what is wrong with it, and the words for it."""
