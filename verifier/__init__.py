"""Checks a sealed result. The standard library is all it needs, and it shares no code with the
site that wrote the file: it can be read in one sitting, copied and run by anybody."""
