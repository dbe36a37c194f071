"""What a person is told: written as facts in the transaction of the event, put into words when it is read.

`tell` in the transaction of the act; `inbox` for the page; `plan` decides in a job which channels carry what, and when;
`render` makes words of the facts in the reader's language. Channels are adapters.
"""

from distribution.notice.tell import tell

__all__ = ["tell"]
