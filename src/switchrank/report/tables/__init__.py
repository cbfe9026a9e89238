"""Tables: their cells, layouts and formats."""
