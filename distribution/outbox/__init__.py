"""Effects (mail, payouts, pokes) written in the transaction of the act; only jobs carry them out."""
