-- The name of the picture that is hosted: the SHA-256 of its bytes in hexadecimal digits, and .jpg or .png (O4).
ALTER TABLE organizations ADD COLUMN picture TEXT;
