// Worker: sharp decodes, draws, encodes. A line in, nanoseconds out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);
const photo = readFileSync(process.argv[2]);
const { width, height } = await sharp(photo).metadata();
const bar = { create: { width: Math.floor(width / 2), height: Math.floor(height / 30), channels: 3, background: "white" } };
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.hrtime.bigint();
  const place = { left: Math.floor(width / 50), top: height - Math.floor(height / 20) };
  await sharp(photo).composite([{ input: bar, ...place }]).jpeg({ quality: 92 }).toBuffer();
  console.log(String(process.hrtime.bigint() - start));
}
