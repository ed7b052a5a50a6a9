"""What staff see of the huts in numbers. Small ones that would tell of single people are hidden."""
