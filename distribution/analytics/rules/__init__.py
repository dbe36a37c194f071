"""What the rules page says: the rules that concern a reader, and a worked example by the engine that pays."""
