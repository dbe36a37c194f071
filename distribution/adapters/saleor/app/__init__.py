"""The same intake as a Saleor App: installed by its manifest, told by signed webhooks, reading with its own token."""
