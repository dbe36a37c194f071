"""How people get in and stay in: second factors, recovery codes, sessions; of distributors and merchants alike."""
