"""Two small services that the tests of the foundation run, crash, cut off and flood."""
