"""What do others answer? Models behind an API, with or without examples in their prompt."""
