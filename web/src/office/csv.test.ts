import { expect, test } from 'vitest';
import { csv } from './csv';

test('a cell that a spreadsheet would calculate is taken as text, and quotes are kept', async () => {
  const bytes = new Uint8Array(await csv([['=1+1', 'a"b', '云岭村, 果珠乡', '530627101203', 'x']]).arrayBuffer());
  expect(Array.from(bytes.subarray(0, 3))).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe(`'=1+1,"a""b","云岭村, 果珠乡","\t530627101203",x\r\n`);
});
