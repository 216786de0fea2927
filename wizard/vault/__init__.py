"""Where a client's answers and credentials are kept: a sealed file, mirrored into the keyring of this computer."""
