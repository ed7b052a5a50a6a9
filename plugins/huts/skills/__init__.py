"""What neighbours can do for each other: offered, looked at by staff, asked for, done and thanked. Nothing is paid."""
