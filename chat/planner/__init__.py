"""From words to a plan: without a key by lexicon and slots, or by a language model."""
