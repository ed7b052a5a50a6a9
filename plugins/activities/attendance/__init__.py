"""Who came: the door, those who did not come, what is said afterwards, and the figures of it all."""
