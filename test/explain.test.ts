import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { topicNamed, topicsOf } from '../src/commands/topics.ts';
import { pages } from '../src/dev/build-pages.ts';
import { schedulers } from '../src/model/words.ts';

const all = pages();
const names = Object.keys(all);

test('there is a page for each forwarding method and each scheduler', () => {
  for (const name of ['dr', 'nat', 'tun', ...schedulers]) assert.ok(names.includes(name), name);
});

test('pages are found by the words that people have for them', () => {
  const found = (word: string) => topicNamed(word, names);
  for (const [word, page] of [['masq', 'nat'], ['conntrack', 'net.ipv4.vs.conntrack'], ['net/ipv4/vs/conntrack', 'net.ipv4.vs.conntrack'], ['/proc/sys/net/ipv4/conf/eth0/arp_ignore', 'net.ipv4.conf.all.arp_ignore'], ['ip_forward', 'net.ipv4.ip_forward'], ['WLC', 'wlc']] as const) assert.is(found(word), page, word);
  assert.is(found('nothing'), undefined);
});

test('a reference gives a topic a section, each with a heading of its own', () => {
  assert.equal(topicsOf('schedulers', '# S\n\nx\n\n## rr\n\na\n\n## wrr\n\nb\n'), [['schedulers', '# S\n\nx\n\n## rr\n\na\n\n## wrr\n\nb\n'], ['rr', '# rr\n\na\n\n'], ['wrr', '# wrr\n\nb\n']]);
  assert.equal(topicsOf('dr', '# D\n\n## a\n'), [['dr', '# D\n\n## a\n']]);
});

test('every page has a heading and ends with a line', () => {
  for (const name of names) assert.match(all[name]!, /^# \S[^]*\n$/, name);
});

test.run();
