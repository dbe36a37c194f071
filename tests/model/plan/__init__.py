"""The rule book of plans (`docs/plans.md`) a second time: slow, in fractions, using nothing of the product."""
