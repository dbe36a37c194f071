"""When each recurring job last began, ended well and failed: what is overdue, and why."""
