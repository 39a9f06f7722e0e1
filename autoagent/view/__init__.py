"""A place to look: runs, lives and searches as pages for this machine alone, or as one file."""
