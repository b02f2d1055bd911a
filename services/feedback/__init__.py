"""Takes complaints and ratings to the offices, and brings their explanations back."""
