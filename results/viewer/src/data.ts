// The packed samples of the page: base64 of gzip of JSON in <script> elements, unpacked when asked
// for. Indexes stay; of the big blocks the last few are kept.
export interface TaskInfo {
  name: string;
  filters: string[];
  items: number;
  output: string;
  blocks: number[]; // first item of each block
}

export interface RunInfo {
  name: string;
  folder: string;
  marked?: boolean; // token boundaries were made where they can be proved
  vocabulary?: number; // runs of one number have the same token ids
  tasks: TaskInfo[];
}

export interface PageData {
  version: number;
  runs: RunInfo[];
}

export interface TaskIndex {
  ids: string[];
  outcomes: string[]; // per filter, a letter per item: r w p v n e
  answers: string[];
  groups?: string[];
}

// Where the tokens of a text begin: the first place, then the steps from each to the next.
export interface Marks {
  steps: number[];
  added?: string; // what was put in front of the text
}

export interface Choice {
  text: string;
  context?: string;
  marks?: Marks;
  contextMarks?: Marks;
  ll?: number;
  p?: number;
  greedy?: boolean;
  tokens?: number;
  gold?: boolean;
  picked?: boolean;
}

export interface Completion {
  text: string;
  finish: string;
  tokens: number;
  span?: [number, number];
  marks?: Marks;
  ids?: number[];
}

export interface Verdict {
  filter: string;
  values: { metric: string; value: number }[];
  extracted: string;
  rule: string;
  why: string;
  notRun?: string;
}

export interface Sample {
  item: string;
  index: number;
  kind: string;
  group?: string;
  prompt: string;
  marks?: Marks;
  prefixed?: boolean;
  choices?: Choice[];
  texts?: Completion[];
  stops?: string[];
  maxTokens?: number;
  rolling?: { ll: number; tokens: number };
  gold?: string;
  promptTokens?: number;
  verdicts: Verdict[];
  error?: string;
}

interface Block {
  prefix: string;
  samples: Sample[];
}

const keptBlocks = 12;

export function readPageData(): PageData | null {
  const element = document.getElementById('assay-data');
  if (element === null) return null;
  return JSON.parse(element.textContent ?? 'null') as PageData | null;
}

async function unpack(id: string): Promise<unknown> {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no part ${id}: the file is not complete.`);
  const binary = atob(element.textContent ?? '');
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

export class Samples {
  private readonly indexes = new Map<string, Promise<TaskIndex>>();
  private readonly places = new Map<string, Map<string, number>>();
  private readonly blocks = new Map<string, Promise<Block>>();

  constructor(readonly data: PageData) {}

  taskPlace(run: number, task: string): number {
    return this.data.runs[run]?.tasks.findIndex((t) => t.name === task) ?? -1;
  }

  index(run: number, place: number): Promise<TaskIndex> {
    const key = `index-${run}-${place}`;
    let found = this.indexes.get(key);
    if (found === undefined) {
      found = unpack(key) as Promise<TaskIndex>;
      this.indexes.set(key, found);
    }
    return found;
  }

  // Position of each id of a task.
  async positions(run: number, place: number): Promise<Map<string, number>> {
    const key = `${run}-${place}`;
    let found = this.places.get(key);
    if (found === undefined) {
      const index = await this.index(run, place);
      found = new Map(index.ids.map((id, i) => [id, i]));
      this.places.set(key, found);
    }
    return found;
  }

  block(run: number, place: number, number: number): Promise<Block> {
    const key = `block-${run}-${place}-${number}`;
    let found = this.blocks.get(key);
    if (found !== undefined) {
      this.blocks.delete(key); // asked last: dropped last
    } else {
      found = unpack(key) as Promise<Block>;
    }
    this.blocks.set(key, found);
    for (const old of this.blocks.keys()) {
      if (this.blocks.size <= keptBlocks) break;
      this.blocks.delete(old);
    }
    return found;
  }

  async sample(run: number, place: number, item: number): Promise<Sample> {
    const starts = this.data.runs[run]!.tasks[place]!.blocks;
    let number = 0;
    while (number + 1 < starts.length && starts[number + 1]! <= item) ++number;
    const block = await this.block(run, place, number);
    const sample = block.samples[item - starts[number]!]!;
    return sample.prefixed ? { ...sample, prompt: block.prefix + sample.prompt } : sample;
  }
}
