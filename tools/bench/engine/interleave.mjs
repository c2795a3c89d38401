// Runs every engine of the comparison in turn, each in a fresh process, rounds rotated; CPU time, medians, ratios to the
// floor within a round. Called by `run`, from the checkout.
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const flag = (name) => process.argv.includes(`--${name}`);
const rounds = Number(option('rounds', 5));
const seconds = option('seconds', '0.3');
const data = `${process.cwd()}/build/bench/workload/out`;
const here = 'tools/bench/engine';

const json = (command, args, cwd) =>
  JSON.parse(execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 120000 }).trim().split('\n').pop());
const perCpuSecond = (r) => ({ check: 1e9 / r.single.perCpuSec, profile: 1e9 / r.full.perCpuSec, hash: r.hash });
const entries = {
  'C++ by hand (the floor)': () => {
    const r = json('build/bench/floor/floor', [data, seconds]);
    return { ...perCpuSecond(r), columnar: r.columns.cpuNs };
  },
  'chengzhou (CEL rules)': () => {
    const r = json('build/release/bin/bench_engine', ['--data', data, '--seconds', seconds]);
    return { check: r.check_ns, profile: r.profile_ns, columnar: r.columnar_ns, flatten: r.flatten_ns, rules100: r.rules_100_ns, rules10000: r.rules_10000_ns, hash: r.hash };
  },
};
const peers = ['json-logic-engine', 'cel-marcbachmann', 'casbin', 'json-logic-js', 'cel-bufbuild', 'cel-js', 'zen-sync', 'zen-table', 'json-rules-engine', 'cedar', 'cerbos'];
if (!flag('no-peers')) {
  for (const peer of peers)
    entries[peer] = () => perCpuSecond(json(process.execPath, ['--expose-gc', 'bench.mjs', peer, 'time', seconds], 'build/bench/peers'));
}

const names = Object.keys(entries);
const [floor, ours] = names;
const results = [];
for (let round = 0; round < rounds; ++round) {
  const result = {};
  for (let i = 0; i < names.length; ++i) {
    const name = names[(i + round) % names.length];
    try {
      result[name] = entries[name]();
    } catch (error) {
      if (name === floor || name === ours) throw error;
      process.stderr.write(`${name}: not timed: ${String(error.message).split('\n')[0]}\n`);
    }
  }
  if (result[ours].hash !== result[floor].hash) throw new Error('decisions differ from the floor');
  results.push(result);
}

const median = (all) => {
  const sorted = all.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.floor(sorted.length / 2)];
};
const of = (name, what) => median(results.map((r) => r[name]?.[what]));
const ratio = (name, what) => median(results.map((r) => r[name]?.[what] / r[floor][what]));
const short = (x) => (!Number.isFinite(x) ? '–' : x >= 1000 ? Math.round(x).toLocaleString('en-US') : String(Number(x.toPrecision(3))));

const rows = names.filter((name) => Number.isFinite(of(name, 'check'))).sort((a, b) => of(a, 'profile') - of(b, 'profile'));
const table = [
  '| Engine | check, ns | × floor | profile, ns | × floor | columnar, ns a profile | × floor |',
  '|---|---:|---:|---:|---:|---:|---:|',
  ...rows.map((name) => `| ${[name, ...['check', 'profile', 'columnar'].flatMap((what) => [short(of(name, what)), short(ratio(name, what))])].join(' | ')} |`),
];
const growth = median(results.map((r) => r[ours].rules10000 / r[ours].rules100));
const text = `# The rule engine beside others
10,000 holders, 6 tiers, 12 entitlements; every decision equal to the reference (hash ${results[0][ours].hash}).
A check: one entitlement of one holder, at random. A profile: the tier, then all twelve. CPU time of one thread, medians of
${rounds} interleaved rounds, ${os.cpus()[0].model}; \`tools/bench/engine/run\` writes this page.

${table.join('\n')}

Ours reads facts that are flat already: flattening one holder's takes ${short(of(ours, 'flatten'))} ns, once per revision.
A question among 100 rules takes ${short(of(ours, 'rules100'))} ns, among 10,000 ${short(of(ours, 'rules10000'))} ns: × ${short(growth)}.

![ns a profile, log scale](chart.svg)
`;
process.stdout.write(text);

function chart() {
  const width = 760, left = 190, bar = 22;
  const most = Math.log10(Math.max(...rows.map((name) => of(name, 'profile'))));
  const bars = rows.map((name, i) => {
    const length = (Math.log10(of(name, 'profile')) / most) * (width - left - 110);
    const y = 34 + i * (bar + 6);
    const colour = name === ours ? '#c8102e' : name === floor ? '#555555' : '#9fb4c7';
    return `<text x="${left - 8}" y="${y + 16}" text-anchor="end">${name}</text><rect x="${left}" y="${y}" width="${length.toFixed(0)}" height="${bar}" fill="${colour}"/><text x="${(left + length + 6).toFixed(0)}" y="${y + 16}">${short(of(name, 'profile'))} ns</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${50 + rows.length * (bar + 6)}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/><text x="8" y="20" font-weight="bold">A profile: tier and 12 entitlements of one person, ns of CPU (log scale)</text>${bars.join('')}</svg>\n`;
}

if (!flag('no-write')) {
  writeFileSync(`${here}/table.md`, text);
  writeFileSync(`${here}/chart.svg`, chart());
}
const figures = { check: ratio(ours, 'check'), profile: ratio(ours, 'profile'), columnar: ratio(ours, 'columnar') };
const note = (name, value, unit) =>
  !flag('no-write') && Number.isFinite(value) && appendFileSync('build/figures.jsonl', `${JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, commit: option('commit', '') })}\n`);
for (const [what, value] of Object.entries(figures)) note(`engine.${what}.ratio_to_floor`, value, 'ratio');
note('engine.rules_10000_to_100.ratio', growth, 'ratio');
note('engine.check.ns', of(ours, 'check'), 'ns');
note('engine.profile.ns', of(ours, 'profile'), 'ns');
note('engine.flatten.ns', of(ours, 'flatten'), 'ns');
