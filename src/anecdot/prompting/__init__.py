"""How does a model see a pair? The prompt, and tokenised examples."""
