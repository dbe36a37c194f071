"""The demo's shop: its orders, the little of Saleor's GraphQL that we ask for, and a storefront."""
