import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/quorum-too-high',
  severity: 'warning',
  title: 'A quorum is higher than the weights of all real servers together.',
  needs: ['services'],
  docs: {
    what: 'quorum of a virtual_server exceeds the sum of the weights of its real servers.',
    why: 'The quorum can never be reached. keepalived lowers it to the sum, with a warning: then the loss of one server already brings in the sorry server.',
    repair: 'Lower the quorum, or raise the weights: the quorum counts weights, not servers.',
    exceptions: 'A quorum equal to the sum is kept.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'Warning - quorum %u for %s exceeds total weight of real servers %u, reducing quorum to %u' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const quorum = service.managed?.quorum;
      if (!quorum || service.destinations.length === 0 || service.destinations.some(({ weight }) => weight === undefined)) continue;
      const sum = service.destinations.reduce((total, { weight }) => total + weight!, 0);
      if (quorum.value <= sum) continue;
      yield { at: quorum.at, note: `${showService(service)} wants a quorum of ${quorum.value}, but all weights together are ${sum}`, confidence: weakest(service.confidence, ...service.destinations.map(({ confidence }) => confidence)) };
    }
  },
});
