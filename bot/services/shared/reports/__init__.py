"""A shared playlist shown, counted, drawn and exported."""
