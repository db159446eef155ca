"""What every room of the site uses. Imports no room."""
