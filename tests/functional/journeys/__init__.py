"""What people come to do, from the first page to the last, by hand and by keyboard, on a phone and at a desk."""
