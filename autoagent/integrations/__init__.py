"""The walls for other people's programs: what their libraries ask of one, made of ours.

Each module stands beside the library that it is for, and imports it; nothing else here does.
"""
