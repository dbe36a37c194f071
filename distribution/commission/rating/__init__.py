"""From a compiled plan, an order and the facts about its people to the exact rate of each line and level."""
