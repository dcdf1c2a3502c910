"""Files of the inbox: listed, hashed, copied to the vault, unpacked, their manifests read."""
