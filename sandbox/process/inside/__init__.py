"""What runs on the far side of the process wall. Nothing here is imported by the host."""
