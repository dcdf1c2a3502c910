"""What arrives and what is made of it: feed files and the steps of the months."""
