"""What runs on the far side of a jail. Nothing here is imported by the host.

Processes start these files as scripts, so they import one another as neighbours in a folder.
"""
