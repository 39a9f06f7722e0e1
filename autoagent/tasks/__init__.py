"""Tasks that ask whether an agent does what it was asked, and how that is measured.

A task poses itself anew for each seed. Whether it is solved is found out behind a wall, from what
a life leaves: its result, its files, its definitions and its queries.
"""
