"""What is carried behind the wall to look at programs; the host reads it as text."""
