"""The files that an installed package carries: data/, crskb.db built from them, and metadata.yml. Empty in a checkout."""
