/** The languages that the library speaks: their tags only, no texts. */

/** Languages that come with the library; `messages` adds any other. All but English are loaded when they are needed. */
export const LOCALES: readonly string[] = ["en", "de", "fr", "es"];
