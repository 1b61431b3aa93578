"""One encrypted file with everything that must survive, and the way back from it.

The file is a tar archive in the age format (age-encryption.org/v1) under a passphrase, so that
`age --decrypt` opens it where Handsel is not at hand. Its last member, `manifest.json`, lists
the others with their SHA-256.
"""
