"""Somebody whom the shop or an OpenID provider vouches for: who they are here, and what they may become."""
