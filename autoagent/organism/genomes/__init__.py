"""The first genomes: what an organism is made of when it is born.

Each module here is text that is carried behind the wall and executed there; nothing of it runs on
the host.
"""
