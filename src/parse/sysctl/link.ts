import type { SourceText } from '../../base/text.ts';

/** Whether a file of sysctl.d is the link to /etc/sysctl.conf, which a copied tree shows as a file of the same text. */
export function isLinkTo(file: { readonly source: SourceText }, main: { readonly source: SourceText }): boolean {
  return main.source.text.trim() !== '' && file.source.text === main.source.text;
}
