"""The graph: variables, equations, types, tracing and errors."""
