/** Longest label that is kept, in UTF-8 bytes; what is longer is cut. */
export const MAX_LABEL_BYTES = 200
