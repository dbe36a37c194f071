"""Channels that carry notices out of the portal: e-mail, web push, and those a third party adds."""
