// Deep links: #task=gsm8k&item=00003&run=0 names a sample. A hash without "=" is a section.
export interface Place {
  task: string;
  item: string;
  run: number;
}

export function readPlace(hash: string): Place | null {
  if (!hash.includes('=')) return null;
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const task = values.get('task');
  if (task === null) return null;
  const run = Number.parseInt(values.get('run') ?? '0', 10);
  return { task, item: values.get('item') ?? '', run: Number.isNaN(run) || run < 0 ? 0 : run };
}

export function placeHash(place: Place): string {
  const values = new URLSearchParams({ task: place.task });
  if (place.item !== '') values.set('item', place.item);
  if (place.run !== 0) values.set('run', String(place.run));
  return `#${values.toString()}`;
}
