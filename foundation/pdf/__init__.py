"""Forms as PDF, laid out in a child process."""
