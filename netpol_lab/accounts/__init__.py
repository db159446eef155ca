"""Who is here: accounts, and learners with or without one."""
