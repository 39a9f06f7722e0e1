"""Models in this process, through llama.cpp."""
