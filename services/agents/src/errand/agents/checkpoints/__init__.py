"""Where graphs stand, kept in Postgres by LangGraph's own saver."""
