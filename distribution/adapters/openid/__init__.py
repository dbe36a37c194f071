"""OpenID Connect: the authorization code flow with PKCE, state and nonce, at providers an owner has set up."""
