"""What distributors show to others: posters, codes in colours, materials, as their pages need it."""
