"""What every command needs: parameters, files, errors, progress, processes, checkpoints."""
