"""Was the answer right? Verdicts, figures, significance, tables and the report."""
