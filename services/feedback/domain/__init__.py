"""Rules of feedback: complaints with their explanations, and ratings."""
