import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { derivedFiles } from '../src/dev/derived.ts';
for (const [path, text] of await derivedFiles()) if (/(?:^|\/)(?:service|keepalived|vrrp|ldirectord|persistence)\//.test(path)) { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, text); }
