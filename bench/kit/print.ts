import type { Figure, Spread } from './benchmark.js';

/** A number with three digits that matter. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

function withRange({ median, min, max }: Spread, unit = ''): string {
  const range = min === max ? '' : ` (${digits(min)}–${digits(max)})`;
  return `${digits(median)}${unit}${range}`;
}

/** One figure as a few short lines. */
export function figureText({ name, unit, ours, floor, ratio, bar, notes }: Figure): string {
  const compared = [
    `us ${withRange(ours, ` ${unit}`)}`,
    ...(floor ? [`floor ${withRange(floor, ` ${unit}`)}`] : []),
    ...(ratio ? [`ratio ${withRange(ratio)}`] : []),
    ...(bar ? [`${bar.met ? 'met' : 'MISSED'}: ${bar.text}`] : []),
  ];
  const seen = Object.entries(notes ?? {}).map(
    ([label, value]) => `${label} ${typeof value === 'number' ? digits(value) : value}`,
  );
  return [
    `  ${name}`,
    `      ${compared.join('   ')}`,
    ...(seen.length > 0 ? [`      ${seen.join(', ')}`] : []),
  ].join('\n');
}
