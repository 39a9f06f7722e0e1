"""What the Linux kernel can close around a process: one mechanism, for lives and for programs.

The host starts an `Enclosure`: a script of ours in namespaces of its own. In there, the script
closes the layers of the jail one by one, and at last makes no system call but those of a profile.
"""
