"""What an operator does with a file: find it, explain it, try it again."""
