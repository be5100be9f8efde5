/**
 * The most bytes (JSON, in UTF-8) of what one call brings along (args, kwargs and headers together), and of what one task
 * returns: 1 MB, which is 1,000,000. A value and a row of the object's storage hold 2 MB in production, and a result
 * shares its row with a traceback.
 */
export const PAYLOAD_LIMIT = 1_000_000;
