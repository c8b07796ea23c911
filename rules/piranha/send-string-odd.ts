import { hostRule } from '../../src/lint/rule.ts';

export default hostRule({
  id: 'piranha/send-string-odd',
  severity: 'warning',
  title: 'What nanny sends to a web server is no request that it can answer.',
  needs: ['services'],
  docs: {
    what: 'The `send` of a virtual begins as a request of HTTP, but its version is none (`HTTPS/1.0`, `HTTP/1.0rnrn`), or the empty line that ends it (`\\r\\n\\r\\n`) is missing.',
    why: 'A web server waits for the rest of a request that does not end: nanny reads nothing, and takes every real server out of the table. A version that it does not know it answers with an error page: that is not what is expected, or it is taken for a sign of life that says nothing.',
    repair: '`send = "GET / HTTP/1.0\\r\\n\\r\\n"` with `expect = "HTTP"`. For HTTPS a `send_program` that speaks TLS.',
    exceptions: 'Without `expect` nothing is read, and with `send_program` nothing is sent. `GET /path\\n` is HTTP/0.9 and whole.',
    references: ['https://www.rfc-editor.org/rfc/rfc9112#section-3', 'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'lvs.cf(5), expect', quote: 'If present, the specified text ("xxx") will be expected as a response from the port on the virtual server as part of the test for whether the service is operational.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of host.piranha?.services ?? []) {
      if (service.kind !== host.piranha?.runs || service.active?.value === false || !service.send || !service.expect || service.expect.value === '' || service.program) continue;
      const flaw = flawOf(service.send.value);
      if (!flaw) continue;
      const { value } = service.expect;
      const page = `a web server answers with an error page, ${/^HTTP(?:\/(?:1(?:\.[01]? ?)?)?)?$/.test(value) ? `which '${value}' takes for alive, whatever is wrong` : `and nanny waits for '${value}': no server of ${service.name} counts as alive`}`;
      yield {
        at: service.send.at,
        note: `${flaw.note}: ${flaw.answered ? page : `nanny waits for '${value}' until its time is up, and finds no server of ${service.name} alive`}`,
        related: [{ at: service.expect.at, note: 'what must come back' }],
        confidence: flaw.answered ? 'likely' : 'certain',
      };
    }
  },
});

/** What is wrong with a request, and whether a server answers it all the same; undefined: it is whole, or none of HTTP. */
function flawOf(send: string): { readonly note: string; readonly answered: boolean } | undefined {
  const text = send.replace(/\\(?:([nrt])|(.))/g, (_, letter: string | undefined, other: string | undefined) => (letter === undefined ? (other ?? '') : { n: '\n', r: '\r', t: '\t' }[letter]!));
  if (!/^(?:GET|HEAD|OPTIONS|POST)[ \t]/.test(text)) return undefined;
  const line = /^[^\r\n]*/.exec(text)![0].trimEnd();
  const words = line.split(/[ \t]+/);
  const version = words.length > 2 ? words.at(-1)! : undefined;
  const ended = /\n\r?\n/.test(text);
  if (version !== undefined && !/^HTTP\/\d\.\d$/.test(version)) return { note: `'${version}' is no version of HTTP`, answered: text.includes('\n') };
  if (version === undefined) return text.includes('\n') ? undefined : { note: 'the request is not ended by a line end', answered: false };
  return ended ? undefined : { note: 'the request is not ended by an empty line', answered: false };
}
