"""Names and addresses as others of the program may see them."""

from __future__ import annotations

from ipaddress import ip_address

_FIRST_CJK = 0x2E80


def masked_name(name: str) -> str:
    """Enough to recognise somebody one knows: "Ada Lovelace" is "Ada L.", "王小明" is "王**"."""
    words = name.split()
    if not words:
        return "***"
    if ord(words[0][0]) >= _FIRST_CJK:
        return words[0][0] + "*" * max(1, min(2, len("".join(words)) - 1))
    first = words[0] if len(words[0]) <= 12 else f"{words[0][:11]}…"
    if len(words) == 1:
        return f"{first[:2]}***" if len(first) > 2 else f"{first[0]}***"
    return f"{first} {words[-1][0]}."


def masked_email(email: str) -> str:
    """First letter and domain: ada@example.com is a***@example.com; what is no address is hidden whole."""
    user, at, domain = email.strip().rpartition("@")
    return f"{user[0]}***@{domain}" if at and user and domain else "***"


def masked_address(address: str) -> str:
    """The network an IP address is of: 203.0.113.7 is 203.0.113.*, 2001:db8:1:2::3 is 2001:db8:1:*."""
    try:
        known = ip_address(address.strip())
    except ValueError:
        return ""
    if known.version == 4:
        return known.exploded.rpartition(".")[0] + ".*"
    return ":".join(part.lstrip("0") or "0" for part in known.exploded.split(":")[:3]) + ":*"
