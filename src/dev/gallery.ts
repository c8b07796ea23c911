/** Failures that are met again and again, with the story that leads to each. */
const stories: readonly (readonly [id: string, story: string])[] = [
  ['arp/settings-on-lo-only', 'Copied from tutorial to tutorial for fifteen years. The ARP settings are for `lo`, which hears nobody. It works in the test, and turns when the router asks anew.'],
  ['arp/ignore-missing', 'The VIP is on lo, and nothing keeps the card from answering for it. Three machines answer; the router takes one of them.'],
  ['route/dr-gateway-is-dip', 'With NAT the gateway is the director. With direct routing it must not be: the director drops answers that carry its own address.'],
  ['route/nat-gateway-is-not-dip', 'NAT, and the real servers keep the router as their gateway. The client gets an answer from somebody that it never asked.'],
  ['vip/absent-on-real-server', 'The director sends packets for the VIP to a host that does not know that address.'],
  ['vip/netmask-wide-on-lo', 'The VIP with the netmask of its net, on lo: the real server believes that all its neighbours live inside of it.'],
  ['sysctl/nat-ip-forward-off', 'NAT without forwarding.'],
  ['script/read-prompt', 'An init script that asks a question. At boot nobody is there to answer.'],
  ['script/lo-bounce', 'lo down, lo up, "to be safe". Its routes and IPv6 addresses are gone.'],
  ['service/port-mapped-without-nat', '`-r RIP:8080 -g` is taken without a word; the packet still goes to port 80.'],
  ['keepalived/unknown-keyword', 'A misspelt word, and keepalived goes on with what it would do without that line.'],
];

/** docs/gallery.md: each story with the report of its rule and what a kernel run measured. */
export async function galleryPage(example: (id: string) => Promise<string>, measuredOf: (id: string) => { readonly measured?: { readonly rows: readonly { readonly name: string; readonly found: string }[] } }): Promise<string> {
  const sections = await Promise.all(
    stories.map(async ([id, story]) => {
      const rows = measuredOf(id).measured?.rows ?? [];
      const shown = [rows.find(({ name }) => name.startsWith('bad-')), rows.find(({ name, found }) => name.startsWith('good-') && found.includes('requests')) ?? rows.find(({ name }) => name.startsWith('good-'))].filter((row) => row !== undefined);
      const measured = shown.map(({ name, found }) => `- ${name.startsWith('bad') ? 'As it stands' : 'Done right'}, on a real kernel: ${found}\n`).join('');
      const [, heading, rest] = /^(.*?)(?:[.:,] (.*))?\.?$/s.exec(story)!;
      return `## ${heading}\n\n${rest ? `${rest.charAt(0).toUpperCase()}${rest.slice(1)}\n\n` : ''}\`\`\`\n${(await example(id)).trimEnd()}\n\`\`\`\n\n${measured}- The whole page: [${id}](../rules/${id}.md)\n`;
    }),
  );
  return `# A gallery of failures\n\nWritten by \`npm run accept\` from the cases of the rules.\n\n${sections.join('\n')}`;
}
