import { expect, it } from '@jest/globals';
import { interleaved, ratioFigure, spread } from './rounds.js';

it('gives the median and the range of odd and even counts', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});

it('runs the sides in turn, round by round', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  await interleaved(2, { floor: side('floor'), ours: side('ours') });
  expect(order).toEqual(['floor', 'ours', 'floor', 'ours']);
});

it('compares round by round, so that a slow moment that both saw does not count', () => {
  const figure = ratioFigure({ name: 'x', unit: '/s' }, [100, 10, 90], [100, 10, 100], 1);
  expect(figure.ratio).toEqual({ median: 1, min: 0.9, max: 1 });
  expect(figure.bar?.met).toBe(true);
});
