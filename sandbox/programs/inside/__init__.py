"""What runs on the far side of the programs' walls. Nothing here is imported from installed code.

Processes start these files as scripts, so they import one another as neighbours in a folder.
"""
