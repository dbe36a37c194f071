"""A merchant's word on when commission matures: held for review, held until a day, brought forward, or released."""
