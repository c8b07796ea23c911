import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/check-incomplete',
  severity: 'error',
  title: 'A health check of keepalived does not say what to check.',
  needs: ['services'],
  docs: {
    what: 'An HTTP_GET or SSL_GET has no url, or no url with a path; a MISC_CHECK no misc_path; a BFD_CHECK no name; a FILE_CHECK no track_file.',
    why: 'keepalived leaves the check out, and takes the server as alive for ever. Version 2.2.7 does worse on an HTTP_GET without url: its checker process dies of it (signal 11), is started again, and dies again, and no virtual server is set up.',
    repair: '`url { path / status_code 200 }` in the HTTP_GET, each on a line of its own, and its braces too; or TCP_CHECK where nothing but the port is to be asked.',
    exceptions: 'A line that is misspelt is told as that.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, check_http.c: http_get_check_end()', quote: 'HTTP/SSL_GET checker has no urls specified - ignoring' },
    { kind: 'manual', cite: 'keepalived 2.2.7, check_misc.c: misc_end_handler()', quote: 'No script path has been specified for MISC_CHECKER - skipping' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, block, found, outcome, confidence } of faultsOf(host, 'keepalived', 'check-incomplete')) yield { at, note: `${block ?? 'the check'} has no ${found}: ${outcome}`, confidence };
  },
});
