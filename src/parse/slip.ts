/** The same in other letters, or with two neighbours swapped, one letter missing, doubled or other. */
export function isSlip(found: string, meant: string): boolean {
  const [a, b] = [found.toLowerCase(), meant.toLowerCase()];
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1 || b.length < 4) return false;
  let from = 0;
  while (a[from] === b[from]) from++;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  return restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB || (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2));
}
