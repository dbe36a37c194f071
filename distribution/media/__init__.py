"""Pictures and other files that the program keeps: made harmless, named by their content."""
