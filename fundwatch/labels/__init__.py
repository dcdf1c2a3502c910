"""What codes are called, in Chinese and in English: for reports and for pages alike."""
