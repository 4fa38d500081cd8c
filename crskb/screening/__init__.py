"""Screen tables of any length: every row with its answer, or reported."""
