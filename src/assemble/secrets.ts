import type { FileRead } from '../base/file-set.ts';

/** A line with the value of a password masked, each character by one, so that places stay. Comments that are passwords no longer are masked, too. */
export function withoutSecret(line: string): string {
  return line.replace(/(\b(?:passw\w*|secret\w*|psk|auth_pas\w*)(?:[ \t]*=[ \t]*|[ \t]+))(\S.*)$/i, (_whole, before: string, value: string) => before + masked(value));
}

/** What a script was told of a file that holds nothing but secrets: heartbeat's authkeys, shadow, private keys. */
export function readWithoutSecret(read: FileRead): FileRead {
  return read.state === 'text' && /(?:^|\/)(?:(?:authkeys?|authkey\.conf|g?shadow-?)|id_\w+|[^/]+\.(?:key|pem))$/.test(read.real) ? { ...read, text: masked(read.text) } : read;
}

function masked(text: string): string {
  return text.replace(/[^\s"']/gu, '*');
}
