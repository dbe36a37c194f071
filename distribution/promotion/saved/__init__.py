"""Links that people save: a short name of their own for a page of the shop, with the campaign it is for."""
