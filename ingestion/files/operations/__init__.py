"""Operations on a received file: find, explain, retry, release."""
