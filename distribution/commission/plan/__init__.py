"""The rule set of commission: its document, checked and compiled once per version. The rule book is docs/plans.md."""
