"""Effects (mail, payouts, pokes) written in the transaction of the act; only jobs carry them out.

`ask` in the transaction of the act; `carry_out` in a job, with a handler for each kind; `given_up` and `retry_effect`
where a person looks after what failed.
"""

from distribution.outbox.ask import ask
from distribution.outbox.carry_out import Carried, carry_out
from distribution.outbox.claim import Claim, claim
from distribution.outbox.hurry import hurry
from distribution.outbox.outcome import GiveUp, Later
from distribution.outbox.retry import retry_effect
from distribution.outbox.watch import forget_done, given_up

__all__ = [
    "Carried",
    "Claim",
    "GiveUp",
    "Later",
    "ask",
    "carry_out",
    "claim",
    "forget_done",
    "given_up",
    "hurry",
    "retry_effect",
]
