/** The codes that a server says in clear, for want of a key to seal with: none of them is final. Names only. */

export const CLEAR_CODES = [
  "malformed_request",
  "https_required",
  "key_unknown",
  "session_unknown",
  "rate_limited",
  "server_busy",
] as const;
