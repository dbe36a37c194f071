"""The outside world: Saleor's GraphQL, payout providers, mail, the queue, embedded servers."""
