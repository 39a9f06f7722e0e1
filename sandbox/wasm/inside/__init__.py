"""What runs in a worker's process. Nothing here imports the rest of this project.

A worker loads these files as scripts, so they import one another as neighbours in a folder.
"""
