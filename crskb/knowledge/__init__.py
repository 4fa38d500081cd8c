"""What data/ means: YAML files read with their places, checked, and turned into objects."""
