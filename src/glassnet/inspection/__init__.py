"""A network, inspected: explained number by number, drawn, and written as algebra."""
