"""The queue: wakes workers by a job's dotted name. What there is to do lies in PostgreSQL."""

from distribution.adapters.queue.beats import Beats, beats
from distribution.adapters.queue.wake import LONG_QUEUE, POKE_CHANNEL, QUEUE, is_waiting, wake

__all__ = ["LONG_QUEUE", "POKE_CHANNEL", "QUEUE", "Beats", "beats", "is_waiting", "wake"]
