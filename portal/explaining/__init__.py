"""An explanation of commission as sentences, for the distributor who earns it and for the merchant."""
