// Reads the QR codes of a directory with jsQR: node pictures.mjs DIRECTORY
import { readFileSync, readdirSync } from 'node:fs';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

const directory = process.argv[2];
const names = readdirSync(directory).filter((name) => name.endsWith('.png'));
let same = 0;
for (const name of names) {
  const { data, width, height } = PNG.sync.read(readFileSync(`${directory}/${name}`));
  const found = jsQR(new Uint8ClampedArray(data), width, height);
  const text = readFileSync(`${directory}/${name.replace('.png', '.txt')}`, 'latin1');
  if (found?.data === text) ++same;
  else console.error(`${name}: ${found ? found.data : 'nothing found'}`);
}
console.log(`pictures of C++ read by jsQR: ${same}/${names.length}`);
process.exit(names.length > 0 && same === names.length ? 0 : 1);
