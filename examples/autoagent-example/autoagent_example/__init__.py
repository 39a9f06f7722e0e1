"""What another package can add to autoagent: a skill, a hazard and a kind of model."""
