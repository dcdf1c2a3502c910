"""What is planted wrong in the production database, each fault with its line in the truth."""
