"""What is carried behind the wall for other people's agents; no host executes it but `plain`."""
