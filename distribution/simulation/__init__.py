"""What a draft plan would have cost: recorded orders replayed under it, nothing of which is ever recorded."""
