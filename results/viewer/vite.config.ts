// One classic script without imports: it is put into the page as it is, and must run from file://.
// The licences of the packages that are in it stand at its beginning, as they ask for.
import { existsSync, readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const byText = new Map<string, Set<string>>();
        for (const id of chunk.moduleIds) {
          const found = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id);
          if (found === null) continue;
          const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license']
            .map((name) => `${found[1]}/${name}`)
            .find((path) => existsSync(path));
          const text = file === undefined ? 'no licence file' : readFileSync(file, 'utf8').trim();
          if (!byText.has(text)) byText.set(text, new Set());
          byText.get(text)!.add(found[2]!);
        }
        const notices = [...byText].map(([text, names]) => `${[...names].join(', ')}:\n${text}`);
        chunk.code = `/*! ${notices.join('\n\n').replaceAll('*/', '* /')} */\n${chunk.code}`;
      }
    },
  };
}

export default defineConfig({
  plugins: [licences()],
  build: {
    target: 'es2021',
    outDir: 'dist',
    emptyOutDir: true,
    modulePreload: false,
    lib: {
      entry: 'src/main.ts',
      formats: ['iife'],
      name: 'assayViewer',
      fileName: () => 'viewer.js',
    },
  },
  esbuild: { legalComments: 'none' },
});
