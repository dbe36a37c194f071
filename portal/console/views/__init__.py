"""Views of the console: each parses, opens one unit of work, calls one verb or read, and renders."""
