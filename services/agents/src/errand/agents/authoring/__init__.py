"""Who plans, writes and changes pages: the rules, or a model with the rules to fall back on."""
