"""Word lists from which names and labels are composed."""
