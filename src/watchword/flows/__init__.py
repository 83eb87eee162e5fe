"""The engine: plans a flow, runs its stages one after the other, and answers with challenges."""
