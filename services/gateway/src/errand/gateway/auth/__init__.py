"""Users, their tokens and their tickets."""
