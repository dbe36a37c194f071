"""What a month, a quarter or a year decides as a whole once it is over, and the adjusting lines that make up for it."""
