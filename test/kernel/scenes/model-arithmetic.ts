/**
 * The model's arithmetic against the kernel's: some hundred random combinations of kernel parameters, addresses, scopes, routes and tables, written as files that the kernel runs and the model reads.
 * Both are asked what a parameter holds, who answers ARP, where a packet goes, and what becomes of one that comes in; no answer may differ. The seed is fixed, and LVS_GEN_SEED takes another.
 */
import { asker, modelAnswers, samples, type Sample } from '../arithmetic.ts';
import type { GuestFile, Scene } from '../scene.ts';

export const family = 'model';

const seed = Number(process.env['LVS_GEN_SEED'] ?? 20261123);
const parts = 4;
const each = 80;

const questions = ({ keys, arp, routes, incoming }: Sample): string =>
  [
    ...keys.map((key) => `key ${key}`),
    ...arp.map(({ device, target }) => `arp ${device} ${target}`),
    ...routes.map((to) => `route ${to}`),
    ...incoming.map(({ device, from, to }) => `in ${device} ${from} ${to}`),
  ].map((line) => `${line}\n`).join('');

/** The look-ups of a page of questions, as ip(8) takes them. */
const lookups = ({ routes, incoming }: Sample): string => [...routes.map((to) => `route get ${to}\n`), ...incoming.map(({ device, from, to }) => `route get ${to} from ${from} iif ${device}\n`)].join('');

/** Boots each host in a namespace of its own and answers its page of questions. */
const script = `
  host near
  inside() { nsenter --net=/run/netns/h -- "$@"; }
  # The kernel's words on a look-up of the host's own, and of a packet that comes in, in ours.
  way='(via [^ ]+ )?dev [^ ]+' nr='^Command failed.*:([0-9]+)$'
  towards() { [[ $1 == local\\ * ]] && said=local && return; [[ $1 =~ $way ]] && said=\${BASH_REMATCH[0]} || said=none; }
  comes_in() { case $1 in *cross-device*) said=filtered ;; RTNETLINK*) said=refused ;; local\\ *) said=local ;; *) said=forwarded ;; esac; }
  for tree in "$SCENE"/h*; do
    name=\${tree##*/}
    ip netns add h
    ip -batch - <<<"link add eth0 netns h type veth peer name eth0 netns \${lab_pid[near]}
link add eth1 netns h type veth peer name eth1 netns \${lab_pid[near]}"
    net near ip -batch - <<<"addr add ${asker['eth0']}/24 dev eth0
addr add ${asker['eth1']}/24 dev eth1
link set eth0 up
link set eth1 up"
    inside bash -c "ip -batch - <<<\$'link set lo up\\nlink add dummy0 type dummy'; sysctl -q -p $tree/etc/sysctl.d/50-lvs.conf; ip -batch $tree/etc/network/plain; bash $tree/etc/init.d/real start 2>/dev/null
      while read -r what key _; do if [ \\$what = key ]; then read -r value </proc/sys/net/ipv4/\\$key; echo \\"ROW | $name | \\$key \\$value\\"; fi; done <$tree/questions
      ip -o -force -batch $tree/lookups >$SCENE/found 2>$SCENE/failed"
    mapfile -t found <"$SCENE/found"
    failed=() number=0 next=0
    while read -r line; do if [[ $line =~ $nr ]]; then failed[BASH_REMATCH[1]]=$reason; else reason=$line; fi; done <"$SCENE/failed"
    while read -r what a b c; do
      case $what in
        arp) answer=$(who_has near "$a" "$b"); [[ $answer = *:*=* ]] && said=true || said=false; row "$name" "arp $a $b $said" ;;
        route | in)
          number=$((number + 1))
          if [ -n "\${failed[number]-}" ]; then answer=\${failed[number]}; else answer=\${found[next]}; next=$((next + 1)); fi
          if [ "$what" = route ]; then towards "$answer"; row "$name" "route $a $said"; else comes_in "$answer"; row "$name" "in $a $b $c $said"; fi ;;
      esac
    done <"$tree/questions"
    inside ip -batch - <<<"link del eth0
link del eth1"
    ip netns del h
  done
`;

const part = (index: number): Scene => {
  const chosen = samples(seed + index, each).map((one, at) => [`h${String(at).padStart(3, '0')}`, one] as const);
  const files = new Map<string, GuestFile>();
  for (const [name, one] of chosen) {
    for (const [path, content] of one.files) files.set(`${name}/${path}`, { content });
    files.set(`${name}/questions`, { content: questions(one) });
    files.set(`${name}/lookups`, { content: lookups(one) });
  }
  return {
    name: `model/arithmetic-${index + 1}`,
    files,
    timeoutSeconds: 1200,
    script: `row seed ${seed + index}\n${script}`,
    expect: ({ rows }) =>
      chosen.flatMap(([name, one]) => {
        const kernel = rows.filter(({ key }) => key === name).map(({ value }) => value);
        const model = modelAnswers(name, one);
        const wrong = model.filter((answer) => !kernel.includes(answer)).map((answer) => `the model says "${answer}", the kernel "${kernel.find((row) => row.startsWith(`${answer.replace(/ (?:via .* )?(?:dev )?\S+$/, '')} `)) ?? 'nothing'}"`);
        return wrong.length === 0 ? [] : [`${name} of seed ${seed + index}: ${wrong.join('; ')}\n${[...one.files].filter(([path]) => /sysctl|init\.d/.test(path)).map(([, text]) => text).join('')}`];
      }),
  };
};

export const scenes = (): readonly Scene[] => Array.from({ length: parts }, (_, index) => part(index));
