/** Documents of which each section is a topic of its own, beside the whole. */
const bySection = new Set(['schedulers', 'sysctls']);

/** The topics of a document under docs/, with their texts: itself, and the sections of a reference (`## wlc`). */
export function topicsOf(name: string, text: string): readonly (readonly [topic: string, text: string])[] {
  if (!bySection.has(name)) return [[name, text]];
  const sections = text.split(/^## /m).slice(1).map((section) => {
    const end = section.indexOf('\n');
    return [section.slice(0, end).trim(), `# ${section}`] as const;
  });
  return [[name, text], ...sections];
}

/** Other words for a topic: `conntrack` and `net/ipv4/vs/conntrack` for net.ipv4.vs.conntrack, `masq` for nat. */
export function topicNamed(word: string, topics: readonly string[]): string | undefined {
  const dotted = word.toLowerCase().replaceAll('/', '.').replace(/^\.?proc\.sys\./, '');
  const general = dotted.replace(/^(net\.ipv4\.conf\.)[^.]+\./, '$1all.');
  return synonyms.get(dotted) ?? topics.find((topic) => topic === dotted || topic === general) ?? topics.find((topic) => topic.startsWith('net.') && topic.endsWith(`.${dotted}`));
}

const synonyms = new Map([['gate', 'dr'], ['gatewaying', 'dr'], ['masq', 'nat'], ['masquerading', 'nat'], ['ipip', 'tun'], ['tunneling', 'tun'], ['scheduler', 'schedulers'], ['sysctl', 'sysctls']]);
