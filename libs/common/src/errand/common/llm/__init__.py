"""Language models behind one port: an answer in text or as a struct, tools, what it cost, and how it fails.

Nothing here imports a vendor's SDK until a model of that vendor is opened.
"""
