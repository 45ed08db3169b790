"""What every stage of the pipeline stands on. Import from the modules; nothing heavy is imported here."""
