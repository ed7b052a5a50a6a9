"""Topics: what is talked over, stage by stage; statements and the opinion map."""
