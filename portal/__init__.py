"""What people see, click and call over HTTP."""
