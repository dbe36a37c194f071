"""What pages show, read in few queries into small frozen facts; nothing here changes anything."""
