"""Is it a good pair, and on which side of the split does it stand?"""
