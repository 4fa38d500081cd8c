"""What keeps data/ true: new files, mending, comparing, ageing sources."""
