"""Which part of what a policy learns is explained by less: arms of one experiment, cell by cell."""
