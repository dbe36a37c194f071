"""What an e-mail address looks like, checked without asking any server."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from distribution.errors import InvalidInput


def checked_email(email: str, *, field: str = "email") -> str:
    """The address in the form in which it is kept; raises InvalidInput naming the rule it breaks."""
    try:
        # Addresses below .test reach nobody and are what staging shops and their tests are full of.
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInput(f"{field}: {error}", field=field) from None
    return found.normalized
