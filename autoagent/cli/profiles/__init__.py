"""What users and folders set beforehand, as defaults of options; see docs/config.md."""
