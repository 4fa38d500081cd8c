"""From any name a person can type to the right drug, or to an honest "not known"."""
