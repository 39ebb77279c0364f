"""The agents' graph, in LangGraph: which node follows which, what each does, and what the world is told of it.

The job's events stay the record; LangGraph's checkpoints only let another worker go on after the last finished node.
"""
