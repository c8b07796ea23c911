/** How templates are compiled, ours and the user's: a missing value is an error, and quoting is the helpers' work. */
export const templateOptions = { strict: true, noEscape: true, knownHelpersOnly: true, knownHelpers: { quote: true, join: true, comment: true, unit: true }, preventIndent: true };
